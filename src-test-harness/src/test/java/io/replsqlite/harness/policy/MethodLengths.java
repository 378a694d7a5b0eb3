package io.replsqlite.harness.policy;

import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.SourcePositions;
import com.sun.source.util.TreePathScanner;
import com.sun.source.util.Trees;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/** How long each method is, in lines from its signature to its closing brace, by the compiler's own parser. */
final class MethodLengths {
    record Method(Path file, String name, int lines) {}

    private MethodLengths() {}

    static List<Method> of(List<Path> javaFiles) {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null)) {
            JavacTask task = (JavacTask) compiler.getTask(
                    null,
                    files,
                    null,
                    List.of("-proc:none"),
                    null,
                    files.getJavaFileObjects(javaFiles.toArray(Path[]::new)));
            SourcePositions positions = Trees.instance(task).getSourcePositions();
            List<Method> methods = new ArrayList<>();
            for (CompilationUnitTree unit : task.parse()) {
                collect(unit, positions, methods);
            }
            return methods;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot parse the sources", e);
        }
    }

    private static void collect(CompilationUnitTree unit, SourcePositions positions, List<Method> methods) {
        Path file = Path.of(unit.getSourceFile().toUri());
        new TreePathScanner<Void, Void>() {
            @Override
            public Void visitMethod(MethodTree method, Void unused) {
                long start = positions.getStartPosition(unit, method);
                long end = positions.getEndPosition(unit, method);
                if (method.getBody() != null && end >= 0) {
                    long first = unit.getLineMap().getLineNumber(start);
                    long last = unit.getLineMap().getLineNumber(end);
                    methods.add(new Method(file, method.getName().toString(), (int) (last - first + 1)));
                }
                return super.visitMethod(method, unused);
            }
        }.scan(unit, null);
    }
}
