package io.replsqlite.spring;

import io.replsqlite.api.Token;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.Cookie;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Begins a {@link RequestSession} with the tokens of the request and writes what it has seen to the response. A header
 * that is no token is answered with 400; a cookie that is none is replaced, since a browser cannot take it back.
 */
public final class TokenFilter extends OncePerRequestFilter {
    private static final System.Logger LOG = System.getLogger(TokenFilter.class.getName());

    private final boolean withCookie;

    /** @param withCookie whether the token also travels in a cookie, for browsers */
    public TokenFilter(boolean withCookie) {
        this.withCookie = withCookie;
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        List<Token> tokens = new ArrayList<>();
        try {
            for (String text : Collections.list(request.getHeaders(TokenText.HEADER))) {
                tokens.addAll(TokenText.parse(text, TokenText.IN_HEADER));
            }
        } catch (IllegalArgumentException malformed) {
            response.sendError(
                    HttpServletResponse.SC_BAD_REQUEST, "header " + TokenText.HEADER + ": " + malformed.getMessage());
            return;
        }
        if (withCookie) {
            tokens.addAll(cookieTokens(request));
        }
        try (RequestSession session = RequestSession.begin(tokens)) {
            TokenResponse told = new TokenResponse(response, session, withCookie, request.isSecure());
            chain.doFilter(request, told);
            told.tell();
        }
    }

    private static List<Token> cookieTokens(HttpServletRequest request) {
        Cookie[] cookies = request.getCookies();
        List<Token> tokens = new ArrayList<>();
        for (Cookie cookie : cookies == null ? new Cookie[0] : cookies) {
            if (cookie.getName().equals(TokenText.COOKIE)) {
                try {
                    tokens.addAll(TokenText.parse(cookie.getValue(), TokenText.IN_COOKIE));
                } catch (IllegalArgumentException malformed) {
                    LOG.log(
                            System.Logger.Level.INFO,
                            "cookie {0} ignored: {1}",
                            TokenText.COOKIE,
                            malformed.getMessage());
                }
            }
        }
        return tokens;
    }
}
