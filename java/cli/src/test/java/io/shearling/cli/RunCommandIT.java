package io.shearling.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code run} on the default model, with one thread, which busy neighbours slow down least. */
class RunCommandIT {
    private static final String[] FRANCE = {
        "run", "--threads", "1", "--raw", "--temperature", "0", "--max-tokens", "4", "The capital of France is"
    };

    @TempDir
    private Path folder = Path.of("");

    @Test
    void run_greedyRaw_namesParisAndNothingElseIsOnStdout() {
        CliRun run = CliRun.of(FRANCE).succeeded();
        assertThat(run.out()).startsWith(" Paris").endsWith("\n");
        assertThat(run.err().lines().reduce("", (a, b) -> b))
                .matches(
                        "shearling: 5 prompt tokens at .*/s, 4 generated at .*/s, first token .* s, cut at --max-tokens");
    }

    @Test
    void run_json_hasTheTextOfTheStreamAndItsFigures() {
        String streamed = CliRun.of(FRANCE).succeeded().out();
        CliRun run =
                CliRun.of(with(FRANCE, "--json", "--logprobs", "2", "--quiet")).succeeded();
        Map<String, Object> json = run.json();
        assertThat(run.err()).isEmpty();
        assertThat(streamed).isIn(json.get("text"), json.get("text") + "\n");
        assertThat(json).containsEntry("finishReason", "max_tokens").containsKeys("model", "seed", "timings");
        assertThat(json.get("usage")).isEqualTo(Map.of("promptTokens", 5, "cachedTokens", 0, "generatedTokens", 4));
        List<Object> tokens = json.get("tokens") instanceof List<?> list ? List.copyOf(list) : List.of();
        assertThat(tokens).hasSize(4);
        assertThat(tokens.get(0))
                .asInstanceOf(InstanceOfAssertFactories.MAP)
                .containsEntry("piece", " Paris")
                .hasEntrySatisfying(
                        "likeliest",
                        likeliest -> assertThat(likeliest)
                                .asInstanceOf(InstanceOfAssertFactories.LIST)
                                .hasSize(2));
    }

    @Test
    void run_sameSeed_givesTheSameText() {
        String[] arguments = {
            "run", "--threads", "1", "--quiet", "--seed", "7", "--max-tokens", "12", "Name three animals."
        };
        CliRun first = CliRun.of(arguments).succeeded();
        assertThat(CliRun.of(arguments).succeeded().out()).isEqualTo(first.out());
        assertThat(first.err()).isEmpty();
    }

    @Test
    void run_promptFromStdin_isThatOfTheArgument() {
        String expected = CliRun.of(FRANCE).succeeded().out();
        assertThat(CliRun.withInput("The capital of France is\n", with(FRANCE, "-"))
                        .out())
                .isEqualTo(expected);
    }

    @Test
    void run_stopAndGrammar_shapeTheText() throws IOException {
        Path grammar = Files.writeString(folder.resolve("yes.gbnf"), "root ::= \"yes\" | \"no\"\n");
        assertThat(CliRun.of("run", "--threads", "1", "--grammar", grammar.toString(), "Is snow white?")
                        .succeeded()
                        .out())
                .isIn("yes\n", "no\n");
        CliRun stopped = CliRun.of(
                        "run",
                        "--threads",
                        "1",
                        "--raw",
                        "--temperature",
                        "0",
                        "--stop",
                        "Paris",
                        "The capital of France is")
                .succeeded();
        assertThat(stopped.out()).isEqualTo(" \n");
        assertThat(stopped.err()).contains("a stop text came up");
    }

    @Test
    void run_fullContext_isSaid() {
        CliRun run = CliRun.of(
                        "run",
                        "--threads",
                        "1",
                        "--raw",
                        "--quiet",
                        "--temperature",
                        "0",
                        "--ctx",
                        "256",
                        "word ".repeat(250))
                .succeeded();
        assertThat(run.err()).contains("the reply stops because the context of 256 tokens is full");
    }

    @Test
    void run_unknownDevice_isRefused() {
        assertThat(CliRun.of("run", "--device", "abacus", "x")
                        .failed(ExitCode.USAGE)
                        .err())
                .contains("--device abacus: there is no such device", "CPU");
    }

    @Test
    void run_badGrammar_failsInOneSentence() throws IOException {
        Path grammar = Files.writeString(folder.resolve("bad.gbnf"), "root ::= (\n");
        CliRun run = CliRun.of("run", "--threads", "1", "--grammar", grammar.toString(), "x");
        assertThat(run.code()).isEqualTo(ExitCode.FAILED);
        assertThat(run.out()).isEmpty();
        assertThat(run.err()).contains("the grammar " + grammar + " does not parse (expecting ')' at");
    }

    @Test
    void run_promptThatDoesNotFit_isToldOfTheOption() {
        CliRun some = CliRun.of("run", "--threads", "1", "--ctx", "256", "word ".repeat(300))
                .failed(ExitCode.FAILED);
        assertThat(some.err())
                .containsPattern(
                        "the prompt has \\d+ tokens and the context holds 256; shorten it, or give more with --ctx");
    }

    /** Ten megabytes are refused by their length: to cut them into tokens would take most of a minute. */
    @Test
    void run_promptOfMegabytes_isRefusedByItsLength() {
        CliRun huge = CliRun.withInput("a".repeat(10_000_000), "run", "--threads", "1", "-")
                .failed(ExitCode.FAILED);
        assertThat(huge.err()).contains("the prompt has 10,000,000 characters, more than fit in the context");
    }

    @Test
    void run_contextBeyondTheTraining_isSaid() {
        CliRun run = CliRun.of("run", "--quiet", "--threads", "1", "--ctx", "8193", "--max-tokens", "1", "Hello")
                .succeeded();
        assertThat(run.err()).contains("--ctx 8193: the model was trained for 8,192 tokens");
    }

    @Test
    void run_moreThreadsThanCores_areCutDownAndSaid() {
        int cores = Runtime.getRuntime().availableProcessors();
        CliRun run = CliRun.of("run", "--quiet", "--threads", "512", "--max-tokens", "1", "Hello")
                .succeeded();
        assertThat(run.err()).contains("--threads 512: there ").contains("so " + cores + " compute");
    }

    @Test
    void run_interruptedThread_isCancelled() {
        OutputStream interrupting = new OutputStream() {
            @Override
            public void write(int b) {
                Thread.currentThread().interrupt();
            }
        };
        assertThat(streamInto(interrupting)).isEqualTo(ExitCode.CANCELLED);
        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void run_readerThatGoesAway_endsQuietly() {
        OutputStream broken = new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                throw new IOException("Broken pipe");
            }
        };
        assertThat(streamInto(broken)).isEqualTo(ExitCode.DONE);
    }

    private static int streamInto(OutputStream out) {
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        Streams streams = Streams.of(
                InputStream.nullInputStream(), out, new PrintStream(err, true, StandardCharsets.UTF_8), false);
        int code = Shearling.execute(
                streams, "run", "--threads", "1", "--quiet", "--raw", "--max-tokens", "4000", "Count: 1, 2, 3,");
        assertThat(err.toString(StandardCharsets.UTF_8)).isEmpty();
        return code;
    }

    /** The arguments with more options behind the command, and "-" instead of the prompt. */
    private static String[] with(String[] arguments, String... more) {
        List<String> all = new ArrayList<>(List.of(arguments));
        for (String argument : more) {
            if (argument.equals("-")) {
                all.set(all.size() - 1, "-");
            } else {
                all.add(all.size() - 1, argument);
            }
        }
        return all.toArray(String[]::new);
    }
}
