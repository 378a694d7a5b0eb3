package io.replsqlite.server.majority;

import io.replsqlite.base.Epoch;
import java.io.IOException;
import java.util.function.Consumer;

/** Promises that outlive a simulated process. */
final class KeptPromises implements PromiseStore {
    volatile Runnable beforeWriting = () -> {};

    private Epoch epoch = Epoch.NONE;
    private String node = "";
    private Consumer<Epoch> onHeard = heard -> {};

    void set(long epochValue, String nodeName) {
        epoch = new Epoch(epochValue);
        node = nodeName;
    }

    void onHeard(Consumer<Epoch> listener) {
        onHeard = listener;
    }

    @Override
    public Epoch highest() {
        return epoch;
    }

    @Override
    public String promisedTo(Epoch asked) {
        return asked.equals(epoch) ? node : "";
    }

    @Override
    public boolean isPromisedTo(Epoch asked, String nodeName) {
        return asked.equals(epoch) && nodeName.equals(node);
    }

    @Override
    public void promise(Epoch next, String nodeName) throws IOException {
        beforeWriting.run();
        boolean same = next.equals(epoch) && (nodeName.equals(node) || node.isEmpty() || nodeName.isEmpty());
        if (!next.isAfter(epoch) && !same) {
            throw new IOException("promised " + epoch + " to " + node);
        }
        node = same && nodeName.isEmpty() ? node : nodeName;
        epoch = next;
    }

    @Override
    public void heard(Epoch promisedElsewhere) {
        onHeard.accept(promisedElsewhere);
    }
}
