package io.shearling.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** Command lines that cannot be carried out: exit code 2, one sentence, nothing fetched or loaded. */
class UsageTest {
    private static final Set<Class<?>> NUMBERS = Set.of(
            int.class, Integer.class, long.class, Long.class, float.class, Float.class, double.class, Double.class);

    static Stream<Arguments> wrongCommandLines() {
        return Stream.of(
                wrong("a command is missing"),
                wrong("knit", "knit"),
                wrong("PROMPT", "run"),
                wrong("second", "run", "first", "second"),
                wrong("--speed", "run", "--speed", "fast", "hello"),
                wrong("an empty text would end every reply", "run", "--stop", "", "hello"),
                wrong("the prompt is empty", "run", ""),
                wrong("--logprobs needs --json", "run", "--logprobs", "3", "hello"),
                wrong("--raw uses no chat template", "run", "--raw", "--system", "Be brief.", "hello"),
                wrong("extra", "chat", "extra"),
                wrong("--ids and --json", "tokenize", "--ids", "--json", "hello"),
                wrong("--pooling sum: must be one of model, none, mean", "embed", "--pooling", "sum", "hello"),
                wrong("no text on stdin", "embed", "-"),
                wrong("the text is missing", "evaluate", "small.gguf"),
                wrong("name the model twice", "evaluate", "small.gguf", "-m", "other.gguf", "--text", "t"),
                wrong("--stored is about a base that runs", "evaluate", "--stored", "--text", "t"),
                wrong("--base-logits is a base already", "evaluate", "--base-logits", "l", "--base", "b"),
                wrong("--enough may stop before", "evaluate", "--text", "t", "--enough", "0.1", "--save-logits", "l"),
                wrong("--enough 1.0: must be less than 1", "evaluate", "--text", "t", "--enough", "1"),
                wrong("--form is about tasks", "evaluate", "--text", "t", "--form", "jsonl"),
                wrong(
                        "--form x: must be one of hellaswag, winogrande, jsonl",
                        "evaluate",
                        "--tasks",
                        "t",
                        "--form",
                        "x"),
                wrong("--chunks is about a text", "evaluate", "--tasks", "t", "--chunks", "3"),
                wrong("--ctx 7: must be a whole number from 8", "evaluate", "--text", "t", "--ctx", "7"),
                wrong("TYPE is missing; name a mix, as q4_k_m, or a budget", "quantize", "a.gguf", "b.gguf"),
                wrong("give one of them", "quantize", "a", "b", "--size", "9MB", "--bpw", "4", "--text", "t"),
                wrong("TYPE is a mix", "quantize", "a", "b", "q4_0", "--size", "9MB", "--text", "t"),
                wrong("--tg fast: must be a number of tokens a second", "quantize", "a", "b", "--tg", "fast"),
                wrong("--pp 0: must be a number of tokens a second", "quantize", "a", "b", "--pp", "0"),
                wrong(
                        "--max-kld and a speed do not go together",
                        "quantize",
                        "a",
                        "b",
                        "--max-kld",
                        "1",
                        "--tg",
                        "25",
                        "--text",
                        "x"),
                wrong("a budget needs a text", "quantize", "a", "b", "--tg", ">=25"),
                wrong(
                        "--size 9MX: must be a number from 1, of bytes or with KB",
                        "quantize",
                        "a",
                        "b",
                        "--size",
                        "9MX"),
                wrong("--size 0: must be a number from 1", "quantize", "a", "b", "--size", "0"),
                wrong("--size 5iB: must be a number from 1", "quantize", "a", "b", "--size", "5iB"),
                wrong("--bpw 0: must be a number from 0.000001 to 64", "quantize", "a", "b", "--bpw", "0"),
                wrong("--max-kld NaN: must be a number from 0.000001 to 64", "quantize", "a", "b", "--max-kld", "NaN"),
                wrong("a budget needs a text; name a file with --text FILE", "quantize", "a", "b", "--max-kld", "0.02"),
                wrong("--pure is about a mix", "quantize", "a", "b", "--bpw", "4", "--text", "t", "--pure"),
                wrong("--save-types is about a budget", "quantize", "a", "b", "q4_0", "--save-types", "t"),
                wrong("text 2 of 3 is empty", "embed", "a", "", "b"),
                wrong("--text", "stats", "x.gguf", "-o", "y.gguf"),
                wrong("--output", "stats", "x.gguf", "--text", "y.txt"),
                wrong("MODEL and -m", "stats", "x.gguf", "-m", "y.gguf", "--text", "y.txt", "-o", "z.gguf"),
                wrong("MODEL", "inspect"),
                wrong("MODEL", "pull"),
                wrong(
                        "--reference /nowhere: the folder /nowhere has no llama-bench",
                        "bench",
                        "--reference",
                        "/nowhere"),
                wrong("--json /no/such/a.json: no file can be written there", "bench", "--json", "/no/such/a.json"),
                wrong("SHELL fish: must be one of bash, zsh", "completion", "fish"),
                wrong("MODEL", "rm"),
                wrong("Unknown option: '-x'", "inspect", "-x"),
                wrong("Unknown option: '-x'", "rm", "-x"),
                wrong("extra", "list", "extra"),
                wrong("extra", "devices", "extra"));
    }

    private static Arguments wrong(String mentioned, String... arguments) {
        return Arguments.of(mentioned, List.of(arguments));
    }

    @ParameterizedTest
    @ValueSource(strings = {"run", "embed", "tokenize"})
    void execute_stdinWithoutEnd_isRefusedInOneSentence(String command) {
        CliRun run = CliRun.withInput(new EndlessInput("baa "), command, "-").failed(ExitCode.USAGE);
        assertThat(run.err()).contains("stdin has more than 64 MB, more than any context holds; give less");
    }

    @ParameterizedTest
    @MethodSource("wrongCommandLines")
    void execute_wrongUsage_isRefusedInOneSentence(String mentioned, List<String> arguments) {
        CliRun run = CliRun.of(arguments.toArray(String[]::new)).failed(ExitCode.USAGE);
        assertThat(run.err()).contains(mentioned).doesNotContain("Exception");
    }

    /** Every numeric option of every command, each with values that are too small, too large, and no numbers. */
    static Stream<Arguments> numericOptions() {
        return Shearling.commands().stream().flatMap(command -> {
            CommandLine line = Objects.requireNonNull(Shearling.commandLine(Streams.ofProcess(), Set.of(command))
                    .getSubcommands()
                    .get(command));
            return line.getCommandSpec().options().stream()
                    .filter(option -> NUMBERS.contains(option.type()))
                    .map(option -> Arguments.of(command, option.longestName(), option.type()));
        });
    }

    @ParameterizedTest
    @MethodSource("numericOptions")
    void execute_numberThatMakesNoSense_isRefusedByTheNameOfItsOption(String command, String option, Class<?> type) {
        boolean whole = type == int.class || type == Integer.class;
        List<String> values = whole
                ? List.of("-1", "-2147483648", "2147483648", "99999999999999999999", "1.5", "many", "")
                : List.of("-0.1", "100.1", "NaN", "Infinity", "-Infinity", "1e39", "warm", "");
        for (String value : values) {
            CliRun run = CliRun.of(command, option + "=" + value, "x").failed(ExitCode.USAGE);
            assertThat(run.err())
                    .startsWith("shearling: " + option + " " + value + ": must be a " + (whole ? "whole " : "")
                            + "number from ")
                    .endsWith("; see shearling " + command + " --help" + System.lineSeparator());
        }
    }

    @Test
    void execute_numberThatWouldNotBeUsed_isCheckedAllTheSame() {
        assertThat(CliRun.of("run", "--temperature", "0", "--top-p=NaN", "x")
                        .failed(ExitCode.USAGE)
                        .err())
                .contains("--top-p NaN: must be a number from 0 to 1; see shearling run --help");
    }

    @Test
    void execute_badFile_isRefusedBeforeTheModelIsLoaded() {
        assertThat(CliRun.of("run", "--grammar", "none.gbnf", "x")
                        .failed(ExitCode.FAILED)
                        .err())
                .contains("the grammar none.gbnf does not exist");
        assertThat(CliRun.of("chat", "--grammar", "none.gbnf")
                        .failed(ExitCode.FAILED)
                        .err())
                .contains("the grammar none.gbnf does not exist");
    }

    static Stream<List<String>> ofAMissingModel() {
        return Stream.of(
                List.of("run", "-m", "/no/such.gguf", "x"),
                List.of("chat", "-m", "/no/such.gguf"),
                List.of("embed", "-m", "/no/such.gguf", "x"),
                List.of("tokenize", "-m", "/no/such.gguf", "x"),
                List.of("evaluate", "/no/such.gguf", "--base-logits", "/no/such.logits"),
                List.of("inspect", "/no/such.gguf"),
                List.of("bench", "-m", "/no/such.gguf"));
    }

    @ParameterizedTest
    @MethodSource("ofAMissingModel")
    void execute_missingModel_fails(List<String> arguments) {
        CliRun run = CliRun.of(arguments.toArray(String[]::new));
        assertThat(run.code()).isEqualTo(ExitCode.FAILED);
        assertThat(run.out()).isEmpty();
        assertThat(run.err()).contains("/no/such.gguf does not exist");
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
