package io.replsqlite.spring;

import io.replsqlite.api.Consistency;
import io.replsqlite.api.Token;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * What one request has seen, whichever connections it uses one after the other: each adopts it when it is taken from a
 * data source and adds to it when it is closed. A request, a message or a job; bound to the thread that began it until it
 * is closed there. Tokens may come and go on any thread, as answers of a reactive client do.
 */
public final class RequestSession implements AutoCloseable {
    private static final ThreadLocal<@Nullable RequestSession> CURRENT = new ThreadLocal<>();

    private final @Nullable RequestSession outer;
    private final Map<UUID, Token> newest = new ConcurrentHashMap<>();
    private volatile @Nullable Consistency consistency;

    private RequestSession(@Nullable RequestSession outer) {
        this.outer = outer;
    }

    /** Begins one on this thread; one that is open here waits until the new one is closed. */
    public static RequestSession begin(Collection<Token> tokens) {
        RequestSession session = new RequestSession(CURRENT.get());
        tokens.forEach(session::saw);
        CURRENT.set(session);
        return session;
    }

    /** The one of this thread. */
    public static @Nullable RequestSession current() {
        return CURRENT.get();
    }

    /** From now on, reads see at least what the token's owner has seen. */
    public void saw(Token token) {
        if (token.txid().value() != 0) {
            newest.merge(token.databaseId(), token, RequestSession::newer);
        }
    }

    private static Token newer(Token one, Token other) {
        if (!one.epoch().equals(other.epoch())) {
            return one.epoch().isAfter(other.epoch()) ? one : other;
        }
        return one.txid().compareTo(other.txid()) >= 0 ? one : other;
    }

    /** The newest token of each database. */
    public List<Token> tokens() {
        return List.copyOf(newest.values());
    }

    @Nullable
    Token tokenOf(UUID databaseId) {
        return newest.get(databaseId);
    }

    /** What reads must see in place of what the data source says; null if it says nothing. */
    public @Nullable Consistency consistency() {
        return consistency;
    }

    /** Holds for connections that are taken from now on. */
    public void setConsistency(@Nullable Consistency wanted) {
        consistency = wanted;
    }

    @Override
    public void close() {
        if (CURRENT.get() != this) {
            throw new IllegalStateException(
                    "a request's session is closed on its own thread, the inner before the outer");
        }
        if (outer == null) {
            CURRENT.remove();
        } else {
            CURRENT.set(outer);
        }
    }
}
