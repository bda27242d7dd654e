package io.shearling.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Command lines that cannot be carried out: exit code 2, one sentence, nothing fetched or loaded. */
class UsageTest {
    static Stream<Arguments> wrongCommandLines() {
        return Stream.of(
                wrong("a command is missing"),
                wrong("knit", "knit"),
                wrong("PROMPT", "run"),
                wrong("second", "run", "first", "second"),
                wrong("--speed", "run", "--speed", "fast", "hello"),
                wrong("maxTokens is 0", "run", "--max-tokens", "0", "hello"),
                wrong("temperature is -1.0", "run", "--temperature", "-1", "hello"),
                wrong("p is 1.5", "run", "--top-p", "1.5", "hello"),
                wrong("warm", "run", "--temperature", "warm", "hello"),
                wrong("stop string is empty", "run", "--stop", "", "hello"),
                wrong("logProbabilities is 101", "run", "--json", "--logprobs", "101", "hello"),
                wrong("--logprobs needs --json", "run", "--logprobs", "3", "hello"),
                wrong("--raw uses no chat template", "run", "--raw", "--system", "Be brief.", "hello"),
                wrong("contextTokens is -1", "run", "--ctx", "-1", "hello"),
                wrong("threads is 1000", "run", "--threads", "1000", "hello"),
                wrong("--ids and --json", "tokenize", "--ids", "--json", "hello"),
                wrong("sum", "embed", "--pooling", "sum", "hello"),
                wrong("no text on stdin", "embed", "-"),
                wrong("FILE", "inspect"),
                wrong("--ctx is -5", "inspect", "--ctx", "-5", "smollm2-135m"),
                wrong("MODEL", "pull"),
                wrong("rounds are 1 to 1", "bench", "--rounds", "1"),
                wrong("depthTokens is 0", "bench", "--depth", "0"),
                wrong("extra", "devices", "extra"));
    }

    private static Arguments wrong(String mentioned, String... arguments) {
        return Arguments.of(mentioned, List.of(arguments));
    }

    @ParameterizedTest
    @MethodSource("wrongCommandLines")
    void execute_wrongUsage_isRefusedInOneSentence(String mentioned, List<String> arguments) {
        CliRun run = CliRun.of(arguments.toArray(String[]::new)).failed(ExitCode.USAGE);
        assertThat(run.err()).contains(mentioned).doesNotContain("Exception");
    }

    @Test
    void execute_unknownOption_namesTheHelpOfItsCommand() {
        assertThat(CliRun.of("run", "--speed", "fast", "x").err()).contains("see shearling run --help");
    }

    @Test
    void execute_promptThatBeginsWithAt_isNotReadAsAFileOfArguments() {
        // Two positionals: had the first been expanded, the message would name a missing file.
        CliRun run = CliRun.of("run", "@nobody", "second").failed(ExitCode.USAGE);
        assertThat(run.err()).contains("second").doesNotContain("No such file");
    }

    @Test
    void execute_stdinThatIsNoUtf8_isRefused() {
        CliRun run = CliRun.withInput("gr\u00fc\u00dfe".getBytes(StandardCharsets.ISO_8859_1), "run", "-")
                .failed(ExitCode.USAGE);
        assertThat(run.err()).contains("not UTF-8");
    }
}
