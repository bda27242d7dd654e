package io.shearling.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;
import picocli.CommandLine.ParseResult;

class HelpTest {
    private static final Pattern WORD = Pattern.compile("\"([^\"]*)\"|(\\S+)");

    private static CommandLine commandLine() {
        PrintStream nowhere = new PrintStream(new ByteArrayOutputStream());
        return Shearling.commandLine(
                Streams.of(InputStream.nullInputStream(), nowhere, nowhere, false), Shearling.commands());
    }

    static Stream<String> commands() {
        return Shearling.commands().stream();
    }

    @Test
    void help_ofAll_listsEveryCommandAndTheExitCodes() {
        CliRun run = CliRun.of("--help").succeeded();
        assertThat(run.out()).contains(commands().toList()).contains("130 cancelled");
        assertThat(run.err()).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("commands")
    void help_ofACommand_hasAnExampleThatParses(String command) {
        CliRun run = CliRun.of(command, "--help").succeeded();
        List<String> examples = run.lines().stream()
                .filter(line -> line.startsWith("  ") && line.contains("shearling " + command))
                .toList();
        assertThat(examples).isNotEmpty();
        for (String example : examples) {
            ParseResult parsed = commandLine().parseArgs(words(example));
            assertThat(parsed.subcommand().commandSpec().name()).isEqualTo(command);
        }
    }

    @ParameterizedTest
    @MethodSource("commands")
    void help_ofACommand_describesEveryOption(String command) {
        CommandLine line = Objects.requireNonNull(commandLine().getSubcommands().get(command));
        assertThat(line.getCommandSpec().options())
                .allSatisfy(option -> assertThat(option.description()).isNotEmpty());
        assertThat(line.getUsageMessage()).doesNotContain("${");
    }

    /** The words after the name of the program, as a shell would cut them. */
    private static String[] words(String example) {
        List<String> words = new ArrayList<>();
        Matcher matcher = WORD.matcher(example.substring(example.indexOf("shearling ") + "shearling ".length()));
        while (matcher.find()) {
            words.add(matcher.group(1) != null ? matcher.group(1) : matcher.group(2));
        }
        return words.toArray(String[]::new);
    }
}
