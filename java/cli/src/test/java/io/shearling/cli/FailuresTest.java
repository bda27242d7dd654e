package io.shearling.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.shearling.runtime.error.ErrorCode;
import io.shearling.runtime.error.ShearlingException;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class FailuresTest {
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private final Streams streams = Streams.of(
            InputStream.nullInputStream(),
            OutputStream.nullOutputStream(),
            new PrintStream(err, true, StandardCharsets.UTF_8),
            false);

    private String said() {
        return err.toString(StandardCharsets.UTF_8).strip();
    }

    @Test
    void report_failureOfTheRuntime_isItsSentence() {
        int code = Failures.report(
                new ShearlingException(ErrorCode.MODEL_REFUSED, "x.gguf: cut off;\n fetch it."), streams);
        assertThat(code).isEqualTo(ExitCode.FAILED);
        assertThat(said()).isEqualTo("shearling: x.gguf: cut off; fetch it.");
    }

    @Test
    void report_cancelled_is130AndSilent() {
        assertThat(Failures.report(new ShearlingException(ErrorCode.CANCELLED, "cancelled"), streams))
                .isEqualTo(ExitCode.CANCELLED);
        assertThat(said()).isEmpty();
    }

    @Test
    void report_missingLibrary_isItsSentence() {
        assertThat(Failures.report(new UnsatisfiedLinkError("The library x is not in y: name it."), streams))
                .isEqualTo(ExitCode.FAILED);
        assertThat(said()).isEqualTo("shearling: The library x is not in y: name it.");
    }

    @Test
    void report_fullHeap_saysWhatToDo() {
        assertThat(Failures.report(new OutOfMemoryError("Java heap space"), streams))
                .isEqualTo(ExitCode.FAILED);
        assertThat(said()).contains("-Xmx");
    }

    @Test
    void report_wordsThatWouldSteerTheTerminal_areShownInstead() {
        Failures.report(new FailedException("the key \u001b]0;mine\u0007\u009b2J is missing"), streams);
        assertThat(said()).isEqualTo("shearling: the key \\u001b]0;mine\\u0007\\u009b2J is missing");
    }

    @Test
    void report_bug_asksForAReport() {
        assertThat(Failures.report(new IllegalStateException("oops"), streams)).isEqualTo(ExitCode.FAILED);
        assertThat(said()).contains("internal error").contains("oops").contains("-Dshearling.trace=true");
        assertThat(said().lines()).hasSize(1);
    }
}
