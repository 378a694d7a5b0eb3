package io.replsqlite.forward;

import io.replsqlite.wire.ErrorResponse;
import io.replsqlite.wire.WireCodec;
import java.io.IOException;
import java.io.InputStream;
import okhttp3.Call;
import okhttp3.Callback;
import okhttp3.Response;

/** The HTTP call of a joint message. Runs on OkHttp's threads; whatever happens, every entry is completed and it lands. */
final class JointCall implements Callback {
    private static final int NOT_FOUND = 404;
    private static final int TOO_LARGE = 413;

    private final JointMessage message;
    private final SendState state;
    private final WireCodec codec;

    JointCall(JointMessage message, SendState state, WireCodec codec) {
        this.message = message;
        this.state = state;
        this.codec = codec;
    }

    @Override
    public void onFailure(Call call, IOException failure) {
        try {
            message.completeOthers(HttpTransport.failed(call.request().url(), state, failure));
        } finally {
            message.landed();
        }
    }

    @Override
    public void onResponse(Call call, Response response) {
        try (response;
                InputStream body = response.body().byteStream()) {
            if (response.code() == 200) {
                message.readAnswers(body, codec);
                message.completeOthers(new Attempt.Unanswered<>(new IOException("the answer has no entry for it")));
            } else {
                refused(response, body);
            }
        } catch (IOException unheard) {
            message.completeOthers(new Attempt.Unanswered<>(unheard));
        } catch (RuntimeException defect) {
            message.completeOthers(new Attempt.Unanswered<>(new IOException(defect)));
        } finally {
            message.landed();
        }
    }

    private void refused(Response response, InputStream body) throws IOException {
        ErrorResponse error = HttpTransport.error(response, body, codec);
        if (response.code() == NOT_FOUND && error.kind() == ErrorResponse.Kind.UNKNOWN_DATABASE) {
            message.sendSinglyForGood(); // an older node, which has no such path
        } else if (response.code() == TOO_LARGE) {
            message.sendSingly();
        } else {
            message.completeOthers(Attempt.ofRefusal(error));
        }
    }
}
