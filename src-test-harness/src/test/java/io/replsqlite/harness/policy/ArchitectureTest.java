package io.replsqlite.harness.policy;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.EvaluationResult;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Every rule over every main class; and, so that no rule can hold by accident, every rule over planted breaches. */
class ArchitectureTest {
    private static final JavaClasses MAIN = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages(PackageMap.ROOT);

    private static final JavaClasses PLANTED =
            new ClassFileImporter().importPackages("io.replsqlite.base.planted", "io.replsqlite.server.ltx.planted");

    @Test
    void allModulesAreSeen() {
        assertThat(MAIN)
                .extracting(type -> type.getPackageName())
                .contains("io.replsqlite.base", "io.replsqlite.server.cli", "io.replsqlite.harness.demo")
                .doesNotContain("io.replsqlite.base.planted", "io.replsqlite.harness.policy");
    }

    @TestFactory
    Stream<DynamicTest> mainClassesObeyEveryRule() {
        return each((name, rule) -> assertThat(breaches(rule, MAIN)).as(name).isEmpty());
    }

    @TestFactory
    Stream<DynamicTest> plantedBreachesAreFoundByEveryRule() {
        return each((name, rule) -> assertThat(breaches(rule, PLANTED)).as(name).isNotEmpty());
    }

    private interface Check {
        void on(String name, ArchRule rule);
    }

    private static Stream<DynamicTest> each(Check check) {
        return Rules.ALL.entrySet().stream()
                .map(entry ->
                        DynamicTest.dynamicTest(entry.getKey(), () -> check.on(entry.getKey(), entry.getValue())));
    }

    private static List<String> breaches(ArchRule rule, JavaClasses classes) {
        EvaluationResult result = rule.evaluate(classes);
        return result.getFailureReport().getDetails();
    }
}
