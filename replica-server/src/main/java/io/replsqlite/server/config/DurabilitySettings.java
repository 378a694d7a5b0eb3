package io.replsqlite.server.config;

import io.replsqlite.base.Durability;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;

/**
 * What an acknowledged write has behind it.
 *
 * @param atLeast what every write gets, whatever it asks for
 * @param voters the nodes whose fsync counts; empty: this node has only itself
 * @param commitTimeout how long a write waits for them; then its outcome is unknown
 */
public record DurabilitySettings(Durability atLeast, List<String> voters, Duration commitTimeout) {
    public DurabilitySettings {
        voters = List.copyOf(voters);
    }

    /** How many voters are a majority: any two majorities have one in common. */
    public int majority() {
        return voters.size() / 2 + 1;
    }

    /** @throws InvalidSettingException if no majority could be formed, or nobody knows of whom */
    void check(String ownName) {
        if (new HashSet<>(voters).size() < voters.size()) {
            throw new InvalidSettingException("Setting voters names a node twice: " + String.join(",", voters)
                    + ". One node's disk would count as two. Name each voter once.");
        }
        if (atLeast == Durability.LOCAL) {
            return;
        }
        if (voters.isEmpty()) {
            throw new InvalidSettingException(
                    "Setting durability is " + atLeast + ", and voters is empty: nobody could say"
                            + " how many nodes that takes. Name all voters in voters, this node among them, the same list on"
                            + " every node; or set durability=local.");
        }
        if (voters.size() == 1 && !voters.contains(ownName)) {
            throw new InvalidSettingException("Setting durability is " + atLeast + ", and the only voter is "
                    + voters.get(0) + ", which is not this node (" + ownName
                    + "): a majority of one leaves nobody to take over. Name all voters in voters.");
        }
    }
}
