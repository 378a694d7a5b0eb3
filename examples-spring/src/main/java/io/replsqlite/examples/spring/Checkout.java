package io.replsqlite.examples.spring;

import org.springframework.dao.ConcurrencyFailureException;
import org.springframework.stereotype.Service;

/**
 * Places an order again when its transaction was lost before COMMIT (SQLState 40001): it certainly did not happen. Any
 * other failure is the caller's: no primary within writeTimeout, or an outcome that nobody knows.
 */
@Service
class Checkout {
    private static final int ATTEMPTS = 3;

    private final Orders orders;

    Checkout(Orders orders) {
        this.orders = orders;
    }

    Answer<Orders.Order> place(Orders.Request request) {
        for (int attempt = 1; ; attempt++) {
            try {
                return orders.place(request);
            } catch (ConcurrencyFailureException lost) {
                if (attempt == ATTEMPTS) {
                    throw lost;
                }
            }
        }
    }
}
