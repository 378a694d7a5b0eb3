package io.replsqlite.lease;

/**
 * Where the write lease comes from. One instance per node and group of databases.
 *
 * <p>{@link #start} returns at once; everything else arrives at the listener. {@link #close} gives the lease up if it is
 * held, without a further call to the listener.
 */
public interface LeaseProvider extends AutoCloseable {
    void start(Candidate self, LeaseListener listener) throws LeaseException;

    /** One line for people: which provider, where, how long a tenure lasts. */
    String describe();

    @Override
    void close();
}
