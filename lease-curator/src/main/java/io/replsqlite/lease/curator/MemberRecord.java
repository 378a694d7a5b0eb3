package io.replsqlite.lease.curator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.replsqlite.lease.Member;
import java.io.IOException;
import java.net.URI;

/** The data of a znode {@code members/NAME}; its form stands in the package's documentation. */
final class MemberRecord {
    private static final ObjectMapper JSON = new ObjectMapper();

    private MemberRecord() {}

    static byte[] encode(Member member) throws IOException {
        return JSON.writeValueAsBytes(
                JSON.createObjectNode().put("url", member.url().toString()).put("candidate", member.isCandidate()));
    }

    static Member decode(String nodeName, byte[] bytes) throws IOException {
        JsonNode node = JSON.readTree(bytes);
        if (!node.path("url").isTextual()) {
            throw new IOException("the znode of member " + nodeName + " does not hold a member record but: " + node);
        }
        try {
            return new Member(
                    nodeName,
                    URI.create(node.path("url").asText()),
                    node.path("candidate").asBoolean());
        } catch (IllegalArgumentException malformed) {
            throw new IOException("the znode of member " + nodeName + " holds a malformed record: " + node, malformed);
        }
    }
}
