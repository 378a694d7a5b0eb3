package io.replsqlite.harness.simulation.node;

import io.replsqlite.base.Epoch;
import io.replsqlite.server.majority.PromiseStore;
import java.io.IOException;

/** The defect of a voter that takes itself for free when it starts: says once that nothing was ever promised. */
final class ForgetfulPromises implements PromiseStore {
    private final PromiseStore kept;
    private boolean asked;

    ForgetfulPromises(PromiseStore kept) {
        this.kept = kept;
    }

    @Override
    public Epoch highest() {
        boolean first = !asked;
        asked = true;
        return first ? Epoch.NONE : kept.highest();
    }

    @Override
    public String promisedTo(Epoch epoch) {
        return kept.promisedTo(epoch);
    }

    @Override
    public boolean isPromisedTo(Epoch epoch, String nodeName) {
        return kept.isPromisedTo(epoch, nodeName);
    }

    @Override
    public void promise(Epoch epoch, String nodeName) throws IOException {
        kept.promise(epoch, nodeName);
    }

    @Override
    public void heard(Epoch promisedElsewhere) {
        kept.heard(promisedElsewhere);
    }
}
