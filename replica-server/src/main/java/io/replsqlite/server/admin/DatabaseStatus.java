package io.replsqlite.server.admin;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.OptionalLong;

/**
 * What a node says of one of its databases.
 *
 * @param role the database's own: {@code leading}, {@code follower} and so on
 * @param applied highest txid that reads see
 * @param head highest txid known to exist
 * @param lag head less applied
 * @param problem why it does not get on; empty if all is well
 * @param rescued transactions that this node had and the cluster has not; they are kept
 * @param ageMillis how old, at most, what reads see is; empty if that is not known
 */
public record DatabaseStatus(
        String database,
        String file,
        String role,
        String health,
        long epoch,
        long applied,
        long head,
        String checksum,
        long lag,
        String problem,
        long rescued,
        OptionalLong ageMillis) {

    static DatabaseStatus of(JsonNode json) {
        JsonNode age = json.path("ageMillis");
        return new DatabaseStatus(
                json.path("database").asText(),
                json.path("file").asText(),
                json.path("role").asText(),
                json.path("health").asText(),
                json.path("epoch").asLong(),
                json.path("applied").asLong(),
                json.path("head").asLong(),
                json.path("checksum").asText(),
                json.path("lag").asLong(),
                json.path("problem").asText(),
                json.path("rescued").path("transactions").asLong(),
                age.isNumber() ? OptionalLong.of(age.asLong()) : OptionalLong.empty());
    }
}
