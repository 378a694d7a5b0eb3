package io.replsqlite.harness.policy;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackages;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.AccessTarget;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.lang.ArchRule;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/** The architecture rules by name. A rule over a package that does not exist yet holds until the package comes. */
final class Rules {
    static final Map<String, ArchRule> ALL = all();

    private Rules() {}

    private static Map<String, ArchRule> all() {
        Map<String, ArchRule> rules = new LinkedHashMap<>();
        rules.put("packages form no cycle", noPackageCycles());
        rules.put("the driver knows nothing above it", driverKnowsNothingAboveIt());
        rules.put("nothing but examples needs what is there for a framework", frameworksAreOptional());
        rules.put("the server sees only the driver's vocabulary", serverSeesOnlyTheVocabulary());
        rules.put("the base imports the JDK only", baseImportsTheJdkOnly());
        rules.put("org.sqlite only where SQLite is driven", sqliteOnlyWhereDriven());
        rules.put("formats know no socket and no SQLite", formatsArePure());
        rules.put("clocks are read in one place", clocksInOnePlace());
        rules.put("nobody sleeps", nobodySleeps());
        rules.put("threads are made in one place", threadsInOnePlace());
        rules.put("System.Logger, not java.util.logging", systemLoggerOnly());
        return rules;
    }

    private static ArchRule noPackageCycles() {
        return slices().matching("io.(**)").should().beFreeOfCycles();
    }

    private static ArchRule driverKnowsNothingAboveIt() {
        return noClasses()
                .that(resideOutsideOfPackages(PackageMap.ABOVE_DRIVER))
                .should()
                .dependOnClassesThat(resideInAnyPackage(PackageMap.ABOVE_DRIVER))
                .allowEmptyShould(true);
    }

    private static ArchRule frameworksAreOptional() {
        return noClasses()
                .that(resideOutsideOfPackages(concat(PackageMap.FRAMEWORKS, "io.replsqlite.examples..")))
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(concat(PackageMap.FRAMEWORKS, PackageMap.FRAMEWORK_TYPES))
                .allowEmptyShould(true);
    }

    private static ArchRule serverSeesOnlyTheVocabulary() {
        DescribedPredicate<JavaClass> hiddenDriver = resideInAPackage(PackageMap.ROOT + "..")
                .and(resideOutsideOfPackages(PackageMap.ABOVE_DRIVER))
                .and(not(resideInAnyPackage(PackageMap.DRIVER_SEEN_BY_SERVER)));
        return noClasses()
                .that()
                .resideInAPackage(PackageMap.SERVER)
                .should()
                .dependOnClassesThat(hiddenDriver)
                .allowEmptyShould(true);
    }

    private static ArchRule baseImportsTheJdkOnly() {
        String[] allowed = concat(PackageMap.ANNOTATIONS, PackageMap.BASE, "java..");
        return classes()
                .that()
                .resideInAPackage(PackageMap.BASE)
                .should()
                .onlyDependOnClassesThat(resideInAnyPackage(allowed).or(primitives()))
                .allowEmptyShould(true);
    }

    private static ArchRule sqliteOnlyWhereDriven() {
        return noClasses()
                .that(resideOutsideOfPackages(PackageMap.DRIVES_SQLITE))
                .should()
                .dependOnClassesThat()
                .resideInAPackage("org.sqlite..")
                .allowEmptyShould(true);
    }

    private static ArchRule formatsArePure() {
        return noClasses()
                .that()
                .resideInAnyPackage(PackageMap.FORMATS)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("java.net..", "org.sqlite..", "okhttp3..", "org.eclipse.jetty..")
                .allowEmptyShould(true);
    }

    private static ArchRule clocksInOnePlace() {
        return noClasses()
                .that(resideOutsideOfPackages(PackageMap.READS_CLOCKS))
                .should()
                .accessTargetWhere(
                        targetIs(System.class, "currentTimeMillis", "nanoTime").or(targetIs(Instant.class, "now")))
                .allowEmptyShould(true);
    }

    private static ArchRule nobodySleeps() {
        return noClasses()
                .should()
                .accessTargetWhere(targetIs(Thread.class, "sleep"))
                .allowEmptyShould(true);
    }

    private static ArchRule threadsInOnePlace() {
        DescribedPredicate<JavaAccess<?>> makesThread = describe(
                "make a thread",
                access -> access.getTarget() instanceof AccessTarget.ConstructorCallTarget
                        && access.getTargetOwner().isAssignableTo(Thread.class));
        return noClasses()
                .that()
                .doNotHaveFullyQualifiedName("io.replsqlite.base.NamedThreads")
                .should()
                .accessTargetWhere(makesThread)
                .allowEmptyShould(true);
    }

    private static ArchRule systemLoggerOnly() {
        return noClasses()
                .that(areNotNamed(PackageMap.MUST_NAME_JUL))
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("java.util.logging..", "org.slf4j..")
                .allowEmptyShould(true);
    }

    private static DescribedPredicate<JavaClass> areNotNamed(String[] names) {
        return describe(
                "are not " + String.join(", ", names),
                type -> !Arrays.asList(names).contains(type.getFullName()));
    }

    private static DescribedPredicate<JavaAccess<?>> targetIs(Class<?> owner, String... names) {
        return describe(
                owner.getSimpleName() + "." + String.join("/", names),
                access -> access.getTargetOwner().isEquivalentTo(owner)
                        && Arrays.asList(names).contains(access.getTarget().getName()));
    }

    private static DescribedPredicate<JavaClass> primitives() {
        return describe(
                "primitives and their arrays",
                type -> type.getBaseComponentType().isPrimitive());
    }

    private static String[] concat(String[] first, String... second) {
        String[] joined = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, joined, first.length, second.length);
        return joined;
    }
}
