package io.replsqlite.examples.spring;

import java.math.BigDecimal;
import java.util.List;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

/** Orders are invoices. One is placed in one transaction, which runs at the primary from its first statement on. */
@Service
class Orders {
    private static final int MOST_ORDERS = 20;

    private final JdbcClient jdbc;
    private final Routes routes;

    Orders(JdbcClient jdbc, Routes routes) {
        this.jdbc = jdbc;
        this.routes = routes;
    }

    record Line(long trackId, int quantity) {
        Line {
            if (quantity < 1) {
                throw new IllegalArgumentException("a line orders at least one piece, not " + quantity);
            }
        }
    }

    record Request(long customerId, List<Line> lines) {
        Request {
            lines = lines == null ? List.of() : List.copyOf(lines);
            if (lines.isEmpty()) {
                throw new IllegalArgumentException("an order has at least one line");
            }
        }
    }

    record Order(long id, String date, long customerId, BigDecimal total, long pieces) {}

    /** Takes the pieces from the stock and writes the invoice, or neither. Call it through {@link Checkout}. */
    @Transactional
    public Answer<Order> place(Request request) {
        BigDecimal total = BigDecimal.ZERO;
        for (Line line : request.lines()) {
            takeFromStock(line);
            total = total.add(price(line.trackId()).multiply(BigDecimal.valueOf(line.quantity())));
        }
        Order order = insertInvoice(request, total);
        request.lines().forEach(line -> insertLine(order.id(), line));
        return routes.answer(order);
    }

    /** The condition stands in the UPDATE: nobody else's order can come between looking and taking. */
    private void takeFromStock(Line line) {
        int taken = jdbc.sql("UPDATE Stock SET Quantity = Quantity - ?1 WHERE TrackId = ?2 AND Quantity >= ?1")
                .params(line.quantity(), line.trackId())
                .update();
        if (taken == 0) {
            throw new OutOfStockException(line.trackId(), line.quantity());
        }
    }

    private BigDecimal price(long trackId) {
        return jdbc.sql("SELECT UnitPrice FROM Track WHERE TrackId = ?")
                .param(trackId)
                .query(BigDecimal.class)
                .single();
    }

    private Order insertInvoice(Request request, BigDecimal total) {
        long pieces = request.lines().stream().mapToLong(Line::quantity).sum();
        return jdbc.sql("""
                        INSERT INTO Invoice (CustomerId, InvoiceDate, Total) VALUES (?, date('now'), ?)
                        RETURNING InvoiceId AS id, InvoiceDate AS date, CustomerId AS customerId, Total AS total, ? AS pieces""")
                .params(request.customerId(), total.doubleValue(), pieces)
                .query(Order.class)
                .single();
    }

    private void insertLine(long invoiceId, Line line) {
        int ignored =
                jdbc.sql("""
                        INSERT INTO InvoiceLine (InvoiceId, TrackId, UnitPrice, Quantity)
                        SELECT ?, TrackId, UnitPrice, ? FROM Track WHERE TrackId = ?""").params(invoiceId, line.quantity(), line.trackId()).update();
    }

    /** The newest of one customer. */
    @Transactional(readOnly = true)
    public Answer<List<Order>> of(long customerId) {
        return routes.answer(
                jdbc.sql("""
                        SELECT i.InvoiceId AS id, i.InvoiceDate AS date, i.CustomerId AS customerId, i.Total AS total,
                               (SELECT sum(l.Quantity) FROM InvoiceLine l WHERE l.InvoiceId = i.InvoiceId) AS pieces
                          FROM Invoice i WHERE i.CustomerId = ? ORDER BY i.InvoiceId DESC LIMIT ?""").params(customerId, MOST_ORDERS).query(Order.class).list());
    }
}
