package io.replsqlite.server.majority;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.replsqlite.base.Epoch;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.Test;

class BeatCodecTest {
    private static final VotingTerms TERMS = new VotingTerms(Set.of("a", "b", "c"), Duration.ofSeconds(1));

    @Test
    void whatIsEncodedIsDecoded() throws Exception {
        Beat beat = new Beat(Beat.Kind.RELEASED, new Epoch(7), "a", URI.create("http://a"), "b", TERMS);
        assertThat(BeatCodec.decodeBeat(BeatCodec.encode(beat))).isEqualTo(beat);
        BeatReply reply = new BeatReply("b", new Epoch(7), "c", false, "c", "no");
        assertThat(BeatCodec.decodeReply(BeatCodec.encode(reply))).isEqualTo(reply);
    }

    @Test
    void aBeatThatDoesNotSayByWhatItCountsVotesIsNone() {
        String without = "{\"kind\":\"leading\",\"epoch\":1,\"node\":\"x\",\"url\":\"http://x\"}";
        assertThatThrownBy(() -> BeatCodec.decodeBeat(without.getBytes(UTF_8)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("no voters");
    }

    @Test
    void aVoterObjectsToOtherVotersAndToAnotherTimeoutAndWhoDoesNotVoteToNothing() {
        MajorityTerms voter = new MajorityTerms("b", TERMS.voters(), TERMS.patience());
        assertThat(voter.objectionTo(TERMS)).isEmpty();
        assertThat(voter.objectionTo(new VotingTerms(TERMS.voters(), Duration.ofSeconds(2))))
                .contains("voter-timeout=1000ms", "voter-timeout=2000ms");
        assertThat(voter.objectionTo(new VotingTerms(Set.of("a", "c", "d"), TERMS.patience())))
                .contains("voters=a,b,c", "voters=a,c,d");
        MajorityTerms other = new MajorityTerms("z", Set.of(), TERMS.patience());
        assertThat(other.objectionTo(TERMS)).isEmpty();
        assertThat(other.objectionTo(new VotingTerms(Set.of("z"), TERMS.patience())))
                .as("it would count as a voter, and does not know")
                .isNotEmpty();
    }
}
