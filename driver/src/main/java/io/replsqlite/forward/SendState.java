package io.replsqlite.forward;

import okhttp3.Call;
import okhttp3.EventListener;

/** Whether any byte of a request can have left this process. */
final class SendState extends EventListener {
    private volatile boolean started;

    @Override
    public void requestHeadersStart(Call call) {
        started = true;
    }

    boolean isProvablyUnsent() {
        return !started;
    }
}
