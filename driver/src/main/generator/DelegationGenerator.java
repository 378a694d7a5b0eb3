import java.io.IOException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Parameter;
import java.lang.reflect.Type;
import java.lang.reflect.TypeVariable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.ParameterMetaData;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.Statement;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Writes one abstract class per java.sql interface in which every method calls the same method of {@code delegate()} and
 * passes every SQLException through {@code translate}. Run by the build before compilation; takes the output directory.
 */
final class DelegationGenerator {
    private static final String PACKAGE = "io.replsqlite.jdbc";

    /** A class to write: the interface, the class it extends, whether inherited interface methods are its too. */
    private record Target(Class<?> type, String superclass, boolean withInherited) {
        String name() {
            return "Delegating" + type.getSimpleName();
        }
    }

    private static final List<Target> TARGETS = List.of(
            new Target(Connection.class, "", true),
            new Target(Statement.class, "", true),
            new Target(PreparedStatement.class, "RoutedStatement", false),
            new Target(ResultSet.class, "", true),
            new Target(ResultSetMetaData.class, "", true),
            new Target(ParameterMetaData.class, "", true),
            new Target(DatabaseMetaData.class, "", true));

    public static void main(String[] arguments) throws IOException {
        Path directory = Path.of(arguments[0]).resolve(PACKAGE.replace('.', '/'));
        Files.createDirectories(directory);
        for (Target target : TARGETS) {
            writeIfChanged(directory.resolve(target.name() + ".java"), source(target));
        }
    }

    private static void writeIfChanged(Path file, String text) throws IOException {
        if (!Files.exists(file) || !Files.readString(file).equals(text)) {
            Files.writeString(file, text);
        }
    }

    private static String source(Target target) {
        StringBuilder text = new StringBuilder();
        String typeName = target.type.getCanonicalName();
        text.append("package ").append(PACKAGE).append(";\n\n");
        text.append("@javax.annotation.processing.Generated(\"DelegationGenerator\")\n");
        text.append("@org.jspecify.annotations.NullUnmarked\n");
        text.append("@SuppressWarnings({\"deprecation\", \"rawtypes\"})\n");
        text.append("abstract class ").append(target.name());
        if (!target.superclass.isEmpty()) {
            text.append(" extends ").append(target.superclass);
        }
        text.append(" implements ").append(typeName).append(" {\n");
        text.append(members(target, typeName));
        methods(target).forEach(method -> text.append(method(method, delegateCall(target))));
        return text.append("}\n").toString();
    }

    private static String members(Target target, String typeName) {
        if (!target.superclass.isEmpty()) {
            return "    " + target.name() + "(RoutedConnection connection, java.sql.Statement statement) {\n"
                    + "        super(connection, statement);\n    }\n\n"
                    + "    abstract " + typeName + " preparedDelegate() throws java.sql.SQLException;\n";
        }
        return "    abstract " + typeName + " delegate() throws java.sql.SQLException;\n\n"
                + "    java.sql.SQLException translate(java.sql.SQLException failure) {\n"
                + "        return io.replsqlite.local.SqliteErrors.withState(failure);\n    }\n";
    }

    private static String delegateCall(Target target) {
        return target.superclass.isEmpty() ? "delegate()" : "preparedDelegate()";
    }

    private static List<Method> methods(Target target) {
        Method[] candidates = target.withInherited ? target.type.getMethods() : target.type.getDeclaredMethods();
        return Arrays.stream(candidates)
                .filter(method -> !Modifier.isStatic(method.getModifiers()))
                .filter(method -> !method.isSynthetic())
                // The two methods that cannot fail are left to the hand-written class.
                .filter(method -> method.getExceptionTypes().length > 0)
                .filter(method -> !method.getName().equals("unwrap") && !method.getName().equals("isWrapperFor"))
                .sorted(Comparator.comparing(Method::getName).thenComparing(Method::toGenericString))
                .toList();
    }

    private static String method(Method method, String delegate) {
        String arguments = Arrays.stream(method.getParameters()).map(Parameter::getName).collect(Collectors.joining(", "));
        String call = delegate + "." + method.getName() + "(" + arguments + ")";
        boolean isVoid = method.getReturnType() == void.class;
        StringBuilder text = new StringBuilder("\n    @Override\n    public ");
        text.append(typeParameters(method)).append(name(method.getGenericReturnType())).append(' ');
        text.append(method.getName()).append('(').append(parameters(method)).append(')').append(exceptions(method));
        text.append(" {\n");
        text.append("        try {\n            ").append(isVoid ? "" : "return ").append(call).append(";\n        }");
        text.append(handler(method));
        return text.append("    }\n").toString();
    }

    private static String typeParameters(Method method) {
        TypeVariable<Method>[] variables = method.getTypeParameters();
        return variables.length == 0
                ? ""
                : "<" + Arrays.stream(variables).map(TypeVariable::getName).collect(Collectors.joining(", ")) + "> ";
    }

    private static String parameters(Method method) {
        return Arrays.stream(method.getParameters())
                .map(parameter -> name(parameter.getParameterizedType()) + " " + parameter.getName())
                .collect(Collectors.joining(", "));
    }

    private static String exceptions(Method method) {
        return " throws " + method.getExceptionTypes()[0].getCanonicalName();
    }

    /** setClientInfo alone declares a subclass of SQLException; its failures pass as they are. */
    private static String handler(Method method) {
        boolean narrow = method.getExceptionTypes()[0] != java.sql.SQLException.class;
        if (narrow) {
            String type = method.getExceptionTypes()[0].getCanonicalName();
            return " catch (" + type + " failure) {\n            throw failure;\n        } catch (java.sql.SQLException failure) {\n"
                    + "            throw new " + type + "(java.util.Map.of(), failure);\n        }\n";
        }
        return " catch (java.sql.SQLException failure) {\n            throw translate(failure);\n        }\n";
    }

    private static String name(Type type) {
        return type.getTypeName().replace('$', '.');
    }
}
