package io.shearling.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.shearling.cli.Shearling;
import io.shearling.cli.Streams;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The README keeps its word. */
class ReadmeTest {
    @Test
    void program_compilesWithoutWarning(@TempDir Path folder) throws IOException {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        StringWriter messages = new StringWriter();
        boolean compiled;
        try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, StandardCharsets.UTF_8)) {
            List<String> options = List.of(
                    "--release",
                    "17",
                    "-Xlint:all",
                    "-Werror",
                    "-proc:none",
                    "-d",
                    folder.toString(),
                    "-cp",
                    classPath());
            compiled = compiler.getTask(
                            messages, files, null, options, null, files.getJavaFileObjects(Readme.programIn(folder)))
                    .call();
        }

        assertThat(compiled).as(messages.toString()).isTrue();
        assertThat(messages.toString()).isEmpty();
    }

    @Test
    void program_fitsOnAScreen() {
        assertThat(Readme.program().lines().count()).isLessThanOrEqualTo(24);
    }

    @Test
    void commands_areThoseOfTheCommandLine() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Streams streams = Streams.of(new ByteArrayInputStream(new byte[0]), out, new PrintStream(out), false);

        int code = Shearling.execute(streams, "--help");

        List<String> commands = Pattern.compile("^  ([a-z]+) ", Pattern.MULTILINE)
                .matcher(out.toString(StandardCharsets.UTF_8))
                .results()
                .map(line -> line.group(1))
                .filter(word -> !word.equals("shearling"))
                .toList();
        assertThat(code).isZero();
        assertThat(Readme.commands()).containsExactlyInAnyOrderElementsOf(commands);
    }

    static String classPath() {
        return System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    }
}
