package io.shearling.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;
import picocli.CommandLine.ParseResult;

class HelpTest {
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
        assertThat(HelpExample.of(command)).isNotEmpty().allSatisfy(example -> {
            ParseResult parsed = commandLine().parseArgs(example.arguments().toArray(String[]::new));
            assertThat(parsed.subcommand().commandSpec().name()).isEqualTo(command);
        });
    }

    @Test
    void help_ofAll_fitsEightyColumns() {
        commandLine()
                .getSubcommands()
                .values()
                .forEach(line -> assertThat(line.getUsageMessage().lines())
                        .allSatisfy(text -> assertThat(text.length()).isLessThanOrEqualTo(80)));
    }

    @ParameterizedTest
    @MethodSource("commands")
    void help_ofACommand_describesEveryOption(String command) {
        CommandLine line = Objects.requireNonNull(commandLine().getSubcommands().get(command));
        assertThat(line.getCommandSpec().options())
                .allSatisfy(option -> assertThat(option.description()).isNotEmpty());
        assertThat(line.getUsageMessage()).doesNotContain("${");
    }
}
