package io.replsqlite.examples.spring;

import io.replsqlite.api.Consistency;
import io.replsqlite.spring.RequestSession;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.servlet.HandlerInterceptor;
import org.springframework.web.servlet.config.annotation.InterceptorRegistry;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;

/** {@code ?consistency=linearizable} and the like: what the reads of this one request must see. */
@Configuration(proxyBeanMethods = false)
class ConsistencyHint implements HandlerInterceptor, WebMvcConfigurer {
    @Override
    public void addInterceptors(InterceptorRegistry registry) {
        registry.addInterceptor(this);
    }

    @Override
    public boolean preHandle(HttpServletRequest request, HttpServletResponse response, Object handler)
            throws IOException {
        RequestSession session = RequestSession.current();
        String wanted = request.getParameter("consistency");
        if (session == null || wanted == null) {
            return true;
        }
        Optional<Consistency> level = level(wanted);
        if (level.isEmpty()) {
            response.sendError(
                    HttpServletResponse.SC_BAD_REQUEST,
                    "consistency is one of " + Arrays.toString(Consistency.values()));
            return false;
        }
        session.setConsistency(level.get());
        return true;
    }

    private static Optional<Consistency> level(@Nullable String name) {
        return Arrays.stream(Consistency.values())
                .filter(level -> level.toString().equals(name))
                .findFirst();
    }
}
