package io.shearling.cli;

import java.util.Iterator;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.TypeConversionException;

/** {@code shearling completion}: prints what a shell needs to complete this command. */
@Command(
        name = "completion",
        description = {
            "Prints a script that has a shell complete commands, options, their values and the names of models.",
            "For good: put the line of the example into ~/.bashrc (or ~/.zshrc, with zsh for bash).",
            "Models that are fetched later are completed from the next shell on."
        },
        footerHeading = "%nExample:%n",
        footer = "  source <(shearling completion bash)")
final class CompletionCommand implements Callable<Integer> {
    private final Streams streams;

    @Parameters(
            arity = "1",
            paramLabel = "SHELL",
            converter = Shells.class,
            completionCandidates = Shells.class,
            description = "${COMPLETION-CANDIDATES}; zsh runs the completions of bash.")
    @SuppressWarnings("unused") // checked when it is read; the script looks which of the two runs it
    private String shell = "";

    /** The shells that understand the script. */
    static final class Shells implements ITypeConverter<String>, Iterable<String> {
        private static final List<String> NAMES = List.of("bash", "zsh");

        @Override
        public String convert(String text) {
            if (!NAMES.contains(text)) {
                throw new TypeConversionException("must be one of " + String.join(", ", NAMES));
            }
            return text;
        }

        @Override
        public Iterator<String> iterator() {
            return NAMES.iterator();
        }
    }

    CompletionCommand(Streams streams) {
        this.streams = streams;
    }

    @Override
    public Integer call() {
        streams.results().print(AutoComplete.bash("shearling", Shearling.commandLine(streams, Shearling.commands())));
        return ExitCode.DONE;
    }
}
