package io.replsqlite.harness.check;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** An epoch is one node's: whoever remembers it names the same holder. */
public final class TenureCheck {
    public static final String NAME = "one holder an epoch";

    /** What one node remembers of one epoch. */
    public record Tenure(String rememberedBy, long epoch, String holder) {}

    private TenureCheck() {}

    public static Verdict check(List<Tenure> tenures, long required) {
        Verdict.Tally tally = new Verdict.Tally(NAME, required);
        Map<Long, Tenure> first = new HashMap<>();
        for (Tenure tenure : tenures) {
            Tenure other = first.putIfAbsent(tenure.epoch(), tenure);
            if (other == null) {
                tally.examined(1);
            } else {
                tally.require(
                        other.holder().equals(tenure.holder()),
                        () -> "epoch " + tenure.epoch() + " was " + tenure.holder() + "'s, says "
                                + tenure.rememberedBy() + ", and " + other.holder() + "'s, says "
                                + other.rememberedBy());
            }
        }
        return tally.verdict();
    }
}
