package io.shearling.cli;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** The command {@code shearling}: reads the command line, runs a sub-command, and ends with its exit code. */
@Command(
        name = "shearling",
        description = "Runs, converts and compresses language models on this machine.",
        synopsisSubcommandLabel = "COMMAND",
        footerHeading = "%nExample:%n",
        footer = {
            "  shearling run \"Write two sentences about sheep.\"",
            "",
            "MODEL is a GGUF file, a name of the catalogue, or hf:owner/repo[:file].",
            "Exit codes: 0 done, 1 failed, 2 wrong usage, 130 cancelled."
        })
public final class Shearling implements Runnable {
    private static final Map<String, Function<Streams, Object>> COMMANDS = new LinkedHashMap<>();

    static {
        COMMANDS.put("run", RunCommand::new);
        COMMANDS.put("chat", ChatCommand::new);
        COMMANDS.put("embed", EmbedCommand::new);
        COMMANDS.put("tokenize", TokenizeCommand::new);
        COMMANDS.put("inspect", InspectCommand::new);
        COMMANDS.put("diff", DiffCommand::new);
        COMMANDS.put("stats", StatsCommand::new);
        COMMANDS.put("convert", ConvertCommand::new);
        COMMANDS.put("export", ExportCommand::new);
        COMMANDS.put("quantize", QuantizeCommand::new);
        COMMANDS.put("prune", PruneCommand::new);
        COMMANDS.put("evaluate", EvaluateCommand::new);
        COMMANDS.put("plan", PlanCommand::new);
        COMMANDS.put("compress", CompressCommand::new);
        COMMANDS.put("verify", VerifyCommand::new);
        COMMANDS.put("pull", PullCommand::new);
        COMMANDS.put("list", ListCommand::new);
        COMMANDS.put("rm", RmCommand::new);
        COMMANDS.put("devices", DevicesCommand::new);
        COMMANDS.put("diagnose", DiagnoseCommand::new);
        COMMANDS.put("bench", BenchCommand::new);
        COMMANDS.put("completion", CompletionCommand::new);
    }

    private final Streams streams;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Option(
            names = {"-V", "--version"},
            description = "Print the versions of Shearling and of llama.cpp and exit.")
    private boolean version;

    private Shearling(Streams streams) {
        this.streams = streams;
    }

    /** Runs a command line and ends the process. */
    public static void main(String[] arguments) {
        LogSetup.install();
        Cancellation cancellation = Cancellation.interrupting(Thread.currentThread());
        cancellation.exit(execute(Streams.ofProcess(), arguments));
    }

    /** Runs a command line with these streams; the exit code. Interrupting the thread cancels the command. */
    public static int execute(Streams streams, String... arguments) {
        try {
            ArgumentEncoding.check(arguments);
            int code = commandLine(streams, needed(arguments)).execute(arguments);
            streams.results().requireWritten();
            return code;
        } catch (RuntimeException | Error e) {
            // picocli catches no errors, and a missing library is one.
            return Failures.report(e, streams);
        }
    }

    /** The command that is named first, alone: reading the annotations of the others would take a tenth of a second. */
    private static Set<String> needed(String... arguments) {
        boolean named = arguments.length > 0 && COMMANDS.containsKey(arguments[0]);
        return named ? Set.of(arguments[0]) : commands();
    }

    static Set<String> commands() {
        return COMMANDS.keySet();
    }

    static CommandLine commandLine(Streams streams, Set<String> commands) {
        CommandLine line = new CommandLine(new Shearling(streams));
        addHelp(line);
        COMMANDS.forEach((name, command) -> {
            if (commands.contains(name)) {
                CommandLine sub = new CommandLine(command.apply(streams));
                addHelp(sub);
                line.addSubcommand(name, sub);
            }
        });
        return line.setOut(streams.results().writer())
                .setColorScheme(CommandLine.Help.defaultColorScheme(Ansi.OFF))
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setExpandAtFiles(false)
                .setParameterExceptionHandler((exception, arguments) -> usage(exception, streams))
                .setExecutionExceptionHandler((exception, command, result) -> Failures.report(exception, streams));
    }

    private static void addHelp(CommandLine command) {
        command.getCommandSpec()
                .addOption(OptionSpec.builder("-h", "--help")
                        .usageHelp(true)
                        .description("Show this help and exit.")
                        .build());
    }

    @Override
    public void run() {
        if (!version) {
            throw new ParameterException(spec.commandLine(), "a command is missing");
        }
        VersionText.lines().forEach(streams.results()::println);
    }

    private static int usage(ParameterException exception, Streams streams) {
        String name = exception.getCommandLine().getCommandSpec().qualifiedName();
        String message = sentence(exception).strip().replaceAll("\\s*\\R\\s*", " ");
        streams.say(message + "; see " + name + " --help");
        return ExitCode.USAGE;
    }

    /** The message; of a value that does not convert in our words: the option as it was typed, the value, what it must be. */
    private static String sentence(ParameterException exception) {
        if (exception.getCause() instanceof TypeConversionException cause && exception.getArgSpec() != null) {
            String name = exception.getArgSpec() instanceof OptionSpec option
                    ? option.longestName()
                    : exception.getArgSpec().paramLabel();
            return name + " " + Pieces.visible(String.valueOf(exception.getValue())) + ": " + cause.getMessage();
        }
        return unknownOption(exception).orElseGet(() -> String.valueOf(exception.getMessage()));
    }

    /** What picocli keeps silent about when a parameter is missing too: the option that it did not take for that parameter. */
    private static Optional<String> unknownOption(ParameterException exception) {
        return exception instanceof MissingParameterException
                ? exception.getCommandLine().getUnmatchedArguments().stream()
                        .filter(argument -> argument.startsWith("-"))
                        .map(option -> "Unknown option: '" + option + "'")
                        .findFirst()
                : Optional.empty();
    }
}
