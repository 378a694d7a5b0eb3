package io.replsqlite.server.node;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.replsqlite.server.follow.PrimaryClient;
import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.function.Supplier;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;

/** Asks a primary which databases there are. */
final class CatalogueClient {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final OkHttpClient http;
    private final Supplier<String> token;

    CatalogueClient(OkHttpClient http, Supplier<String> token) {
        this.http = http;
        this.token = token;
    }

    List<Catalogue.Entry> fetch(URI primary) throws IOException {
        Request request = new Request.Builder()
                .url(primary.resolve("/v1/databases").toString())
                .header("Authorization", "Bearer " + token.get())
                .build();
        try (Response response = http.newCall(request).execute()) {
            PrimaryClient.refuseUnlessOk(response);
            return Catalogue.parse(JSON.readTree(response.body().bytes()));
        }
    }
}
