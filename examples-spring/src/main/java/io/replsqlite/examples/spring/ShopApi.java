package io.replsqlite.examples.spring;

import java.util.List;
import org.springframework.dao.DataAccessException;
import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.transaction.TransactionException;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** The shop for programs: JSON. */
@RestController
@RequestMapping("/api")
class ShopApi {
    private final Catalogue catalogue;
    private final Orders orders;
    private final Checkout checkout;

    ShopApi(Catalogue catalogue, Orders orders, Checkout checkout) {
        this.catalogue = catalogue;
        this.orders = orders;
        this.checkout = checkout;
    }

    @GetMapping("/artists")
    Answer<List<Catalogue.Artist>> artists(@RequestParam(defaultValue = "") String name) {
        return catalogue.artists(name);
    }

    @GetMapping("/artists/{id}/albums")
    Answer<List<Catalogue.Album>> albums(@PathVariable long id) {
        return catalogue.albumsOf(id);
    }

    @GetMapping("/albums/{id}")
    Answer<Catalogue.AlbumWithTracks> album(@PathVariable long id) {
        return catalogue.album(id);
    }

    @GetMapping("/tracks/{id}")
    Answer<Catalogue.Track> track(@PathVariable long id) {
        return catalogue.track(id);
    }

    @GetMapping("/customers/{id}/orders")
    Answer<List<Orders.Order>> orders(@PathVariable long id) {
        return orders.of(id);
    }

    @PostMapping("/orders")
    @ResponseStatus(HttpStatus.CREATED)
    Answer<Orders.Order> place(@RequestBody Orders.Request request) {
        return checkout.place(request);
    }

    @ExceptionHandler({DataAccessException.class, TransactionException.class, OutOfStockException.class})
    ResponseEntity<ProblemDetail> refuse(Exception failure) {
        Problem problem = Problem.of(failure);
        return ResponseEntity.status(problem.status())
                .headers(problem.headers())
                .body(ProblemDetail.forStatusAndDetail(problem.status(), problem.detail()));
    }
}
