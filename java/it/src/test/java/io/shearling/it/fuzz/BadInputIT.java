package io.shearling.it.fuzz;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.shearling.cli.Shearling;
import io.shearling.cli.Streams;
import io.shearling.runtime.error.ShearlingException;
import io.shearling.testkit.NativeLeakCheck;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Bad input gets one sentence, from the library and from the command, and nothing is left behind. */
@ExtendWith(NativeLeakCheck.class)
class BadInputIT {
    @TempDir
    Path folder;

    @ParameterizedTest
    @MethodSource("io.shearling.it.fuzz.BadInput#all")
    void library_badInput_typedException(BadInput row) throws IOException {
        Path file = row.input().in(folder);
        ShearlingException refusal =
                catchThrowableOfType(ShearlingException.class, () -> row.use().of(file));
        assertThat(refusal).isNotNull().hasMessageContainingAll(row.cause(), row.remedy());
        assertThat(refusal.code()).isEqualTo(row.code());
        Sentence.require(refusal);
    }

    @ParameterizedTest
    @MethodSource("io.shearling.it.fuzz.BadInput#all")
    void command_badInput_oneLineAndExitCode1(BadInput row) throws IOException {
        Path file = row.input().in(folder);
        List<String> line = new ArrayList<>(List.of("run", "--quiet", "--model", file.toString()));
        for (String option : row.options()) {
            line.add(option.endsWith(".gbnf") ? folder.resolve(option).toString() : option);
        }
        line.add("sheep");
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        Streams streams = Streams.of(
                InputStream.nullInputStream(), out, new PrintStream(err, true, StandardCharsets.UTF_8), false);
        int code = Shearling.execute(streams, line.toArray(String[]::new));
        assertThat(code).as(err.toString(StandardCharsets.UTF_8)).isEqualTo(1);
        assertThat(out.size()).isZero();
        assertThat(err.toString(StandardCharsets.UTF_8).lines())
                .singleElement()
                .asString()
                .startsWith("shearling: ")
                .contains(row.cause(), row.remedy())
                .doesNotContain("internal error", "Exception");
    }
}
