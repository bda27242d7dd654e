package io.shearling.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/** What a command line did, run within this JVM. */
record CliRun(int code, String out, String err) {
    static CliRun of(String... arguments) {
        return withInput("", arguments);
    }

    static CliRun withInput(String stdin, String... arguments) {
        return withInput(stdin.getBytes(StandardCharsets.UTF_8), arguments);
    }

    static CliRun withInput(byte[] stdin, String... arguments) {
        return withInput(new ByteArrayInputStream(stdin), arguments);
    }

    static CliRun withInput(InputStream stdin, String... arguments) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        PrintStream messages = new PrintStream(err, true, StandardCharsets.UTF_8);
        Streams streams = Streams.of(stdin, out, messages, false);
        int code = Shearling.execute(streams, arguments);
        return new CliRun(code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }

    /** Checks that it went well. */
    CliRun succeeded() {
        assertThat(code).as("exit code; stderr: %s", err).isZero();
        return this;
    }

    /** Checks that it ended with this code, nothing on stdout and one sentence of ours on stderr. */
    CliRun failed(int expected) {
        assertThat(code).as("exit code; stderr: %s", err).isEqualTo(expected);
        assertThat(out).isEmpty();
        assertThat(err.lines().filter(line -> !line.startsWith("shearling: loading ")))
                .singleElement()
                .asString()
                .startsWith("shearling: ");
        return this;
    }

    /** stdout as a JSON object. */
    Map<String, Object> json() {
        return JsonReader.object(out);
    }

    /** stdout in lines. */
    List<String> lines() {
        return out.lines().toList();
    }
}
