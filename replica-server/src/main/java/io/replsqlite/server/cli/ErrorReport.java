package io.replsqlite.server.cli;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What a person needs in order to go on: what failed, why, and what to do about it. */
public record ErrorReport(String error, String why, String remedy) {
    public List<String> lines() {
        return List.of("error: " + error, "why:   " + why, "do:    " + remedy);
    }

    public Map<String, Object> json() {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("error", error);
        json.put("why", why);
        json.put("do", remedy);
        return json;
    }
}
