package io.replsqlite.server.backup.storage;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/** Counts the calls of a store by their method. */
public final class CountingStore {
    private final Map<String, Integer> calls = new ConcurrentHashMap<>();
    private final ObjectStore store;

    public CountingStore(ObjectStore inner) {
        store = (ObjectStore) Proxy.newProxyInstance(
                ObjectStore.class.getClassLoader(), new Class<?>[] {ObjectStore.class}, (proxy, method, arguments) -> {
                    calls.merge(method.getName(), 1, Integer::sum);
                    try {
                        return method.invoke(inner, arguments);
                    } catch (InvocationTargetException failure) {
                        throw failure.getCause();
                    }
                });
    }

    public ObjectStore store() {
        return store;
    }

    public int calls(String... methods) {
        int sum = 0;
        for (String method : methods) {
            sum += calls.getOrDefault(method, 0);
        }
        return sum;
    }

    public Map<String, Integer> calls() {
        return new TreeMap<>(calls);
    }

    public void reset() {
        calls.clear();
    }
}
