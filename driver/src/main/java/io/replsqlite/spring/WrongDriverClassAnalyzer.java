package io.replsqlite.spring;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Says at a failed start which line to change, in place of a stack trace. */
final class WrongDriverClassAnalyzer extends AbstractFailureAnalyzer<WrongDriverClassException> {
    @Override
    protected FailureAnalysis analyze(Throwable root, WrongDriverClassException cause) {
        return new FailureAnalysis(cause.getMessage(), cause.remedy(), cause);
    }
}
