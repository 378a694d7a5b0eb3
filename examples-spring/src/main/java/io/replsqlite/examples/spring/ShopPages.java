package io.replsqlite.examples.spring;

import jakarta.servlet.http.HttpServletResponse;
import java.util.List;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.dao.DataAccessException;
import org.springframework.http.HttpHeaders;
import org.springframework.stereotype.Controller;
import org.springframework.transaction.TransactionException;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.ModelAttribute;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;

/** The shop for people: pages that say where what they show came from. */
@Controller
class ShopPages {
    /** There is no log-in: everybody shops as the first customer of the data. */
    private static final long CUSTOMER = 1;

    private final Catalogue catalogue;
    private final Orders orders;
    private final Checkout checkout;
    private final String instance;

    ShopPages(Catalogue catalogue, Orders orders, Checkout checkout, @Value("${shop.instance}") String instance) {
        this.catalogue = catalogue;
        this.orders = orders;
        this.checkout = checkout;
        this.instance = instance;
    }

    @ModelAttribute("instance")
    String instance() {
        return instance;
    }

    @GetMapping("/")
    String artists(@RequestParam(defaultValue = "") String name, Model model) {
        model.addAttribute("answer", catalogue.artists(name)).addAttribute("name", name);
        return "artists";
    }

    @GetMapping("/artists/{id}")
    String albums(@PathVariable long id, Model model) {
        model.addAttribute("answer", catalogue.albumsOf(id));
        return "albums";
    }

    @GetMapping("/albums/{id}")
    String album(@PathVariable long id, Model model) {
        model.addAttribute("answer", catalogue.album(id));
        return "album";
    }

    @GetMapping("/orders")
    String orders(Model model) {
        model.addAttribute("answer", orders.of(CUSTOMER));
        return "orders";
    }

    /** The token in the cookie lets the page that follows see the order, whichever instance serves it. */
    @PostMapping("/orders")
    String buy(@RequestParam long trackId) {
        Answer<Orders.Order> placed =
                checkout.place(new Orders.Request(CUSTOMER, List.of(new Orders.Line(trackId, 1))));
        return "redirect:/orders?placed=" + placed.data().id();
    }

    @ExceptionHandler({DataAccessException.class, TransactionException.class, OutOfStockException.class})
    String refuse(Exception failure, Model model, HttpServletResponse response) {
        Problem problem = Problem.of(failure);
        response.setStatus(problem.status().value());
        if (problem.retryAfterSeconds() > 0) {
            response.setIntHeader(HttpHeaders.RETRY_AFTER, problem.retryAfterSeconds());
        }
        model.addAttribute("problem", problem).addAttribute("instance", instance);
        return "problem";
    }
}
