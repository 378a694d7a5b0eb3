package io.replsqlite.examples.spring;

import java.math.BigDecimal;
import java.util.List;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

/** What there is to buy. Each method sees one state of the database, on the file beside this instance. */
@Service
@Transactional(readOnly = true)
class Catalogue {
    private static final int MOST_ARTISTS = 100;

    private final JdbcClient jdbc;
    private final Routes routes;

    Catalogue(JdbcClient jdbc, Routes routes) {
        this.jdbc = jdbc;
        this.routes = routes;
    }

    record Artist(long id, String name, long albums) {}

    record Album(long id, String title, String artist) {}

    record Track(long id, String name, BigDecimal price, long stock) {}

    record AlbumWithTracks(Album album, List<Track> tracks) {}

    /** Artists with at least one album whose name has the text somewhere. */
    Answer<List<Artist>> artists(String text) {
        return routes.answer(
                jdbc.sql("""
                        SELECT a.ArtistId AS id, a.Name AS name, count(*) AS albums
                          FROM Artist a JOIN Album b ON b.ArtistId = a.ArtistId
                         WHERE instr(lower(a.Name), lower(?)) > 0
                         GROUP BY a.ArtistId ORDER BY a.Name LIMIT ?""").params(text, MOST_ARTISTS).query(Artist.class).list());
    }

    Answer<List<Album>> albumsOf(long artistId) {
        return routes.answer(jdbc.sql("""
                        SELECT b.AlbumId AS id, b.Title AS title, a.Name AS artist
                          FROM Album b JOIN Artist a ON a.ArtistId = b.ArtistId
                         WHERE a.ArtistId = ? ORDER BY b.Title""").param(artistId).query(Album.class).list());
    }

    /** @throws org.springframework.dao.EmptyResultDataAccessException if there is no such album */
    Answer<AlbumWithTracks> album(long albumId) {
        Album album = jdbc.sql("""
                        SELECT b.AlbumId AS id, b.Title AS title, a.Name AS artist
                          FROM Album b JOIN Artist a ON a.ArtistId = b.ArtistId WHERE b.AlbumId = ?""").param(albumId).query(Album.class).single();
        List<Track> tracks = jdbc.sql("""
                        SELECT t.TrackId AS id, t.Name AS name, t.UnitPrice AS price, s.Quantity AS stock
                          FROM Track t JOIN Stock s ON s.TrackId = t.TrackId
                         WHERE t.AlbumId = ? ORDER BY t.TrackId""").param(albumId).query(Track.class).list();
        return routes.answer(new AlbumWithTracks(album, tracks));
    }

    /** @throws org.springframework.dao.EmptyResultDataAccessException if there is no such track */
    Answer<Track> track(long trackId) {
        return routes.answer(jdbc.sql("""
                        SELECT t.TrackId AS id, t.Name AS name, t.UnitPrice AS price, s.Quantity AS stock
                          FROM Track t JOIN Stock s ON s.TrackId = t.TrackId WHERE t.TrackId = ?""").param(trackId).query(Track.class).single());
    }
}
