package io.replsqlite.spring;

import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpServletResponseWrapper;
import java.io.IOException;
import java.io.PrintWriter;
import org.springframework.http.HttpHeaders;
import org.springframework.http.ResponseCookie;

/**
 * Tells the client what the request has seen: when the body begins, for then the headers may leave at any moment, and
 * again at the end if they have not left. What a handler does after it has begun its body may not be told.
 */
final class TokenResponse extends HttpServletResponseWrapper {
    private final RequestSession session;
    private final boolean withCookie;
    private final boolean secure;
    private String told = "";

    TokenResponse(HttpServletResponse response, RequestSession session, boolean withCookie, boolean secure) {
        super(response);
        this.session = session;
        this.withCookie = withCookie;
        this.secure = secure;
    }

    void tell() {
        String tokens = TokenText.of(session.tokens(), TokenText.IN_HEADER);
        if (isCommitted() || tokens.equals(told)) {
            return;
        }
        told = tokens;
        setHeader(TokenText.HEADER, tokens);
        if (withCookie) {
            addHeader(HttpHeaders.SET_COOKIE, cookie());
        }
    }

    private String cookie() {
        return ResponseCookie.from(TokenText.COOKIE, TokenText.of(session.tokens(), TokenText.IN_COOKIE))
                .path("/")
                .httpOnly(true)
                .secure(secure)
                .sameSite("Lax")
                .build()
                .toString();
    }

    @Override
    public ServletOutputStream getOutputStream() throws IOException {
        tell();
        return super.getOutputStream();
    }

    @Override
    public PrintWriter getWriter() throws IOException {
        tell();
        return super.getWriter();
    }

    @Override
    public void flushBuffer() throws IOException {
        tell();
        super.flushBuffer();
    }

    @Override
    public void sendError(int status) throws IOException {
        tell();
        super.sendError(status);
    }

    @Override
    public void sendError(int status, String message) throws IOException {
        tell();
        super.sendError(status, message);
    }

    @Override
    public void sendRedirect(String location) throws IOException {
        tell();
        super.sendRedirect(location);
    }
}
