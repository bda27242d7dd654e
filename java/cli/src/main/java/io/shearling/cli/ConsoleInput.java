package io.shearling.cli;

import io.shearling.runtime.error.ErrorCode;
import io.shearling.runtime.error.ShearlingException;
import java.io.IOError;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.jline.reader.EndOfFileException;
import org.jline.reader.LineReader;
import org.jline.reader.LineReaderBuilder;
import org.jline.reader.UserInterruptException;
import org.jline.terminal.Size;
import org.jline.terminal.Terminal.Signal;
import org.jline.terminal.TerminalBuilder;

/** The turns of a chat that a person types: a line editor with history and completion of the {@code /} commands. */
final class ConsoleInput implements ChatInput {
    private static final String PROMPT = "> ";
    private static final String NEXT_LINE = ". ";
    private static final int HISTORY_LINES = 1000;

    /** For a window that does not know its size, as under a program that plays the terminal. */
    private static final Size USUAL_SIZE = Size.of(80, 24);

    private final org.jline.terminal.Terminal terminal;
    private final LineReader reader;

    /** Over this terminal, which it closes; without a file the history ends with the chat. */
    ConsoleInput(org.jline.terminal.Terminal terminal, Optional<Path> history) {
        this.terminal = terminal;
        if (terminal.getColumns() <= 0) {
            terminal.setSize(USUAL_SIZE);
        }
        LineReaderBuilder builder = LineReaderBuilder.builder()
                .terminal(terminal)
                .parser(new ChatLineParser())
                .completer(new SlashCompleter())
                // An exclamation mark is one.
                .option(LineReader.Option.DISABLE_EVENT_EXPANSION, true)
                .variable(LineReader.SECONDARY_PROMPT_PATTERN, NEXT_LINE)
                .variable(LineReader.HISTORY_SIZE, HISTORY_LINES)
                .variable(LineReader.HISTORY_FILE_SIZE, HISTORY_LINES);
        history.ifPresent(file -> builder.variable(LineReader.HISTORY_FILE, file));
        reader = builder.build();
    }

    /** Over the terminal of this process. */
    static ConsoleInput open(Optional<Path> history) {
        try {
            // Driven by stty: the other ways need a native library, and a JVM of today warns of those.
            return new ConsoleInput(
                    TerminalBuilder.builder()
                            .name("shearling")
                            .system(true)
                            .provider(TerminalBuilder.PROP_PROVIDER_EXEC)
                            // Asking the terminal what it can would swallow what is typed meanwhile.
                            .graphemeCluster(false)
                            .build(),
                    history);
        } catch (IOException | IllegalStateException e) {
            throw new FailedException("the terminal cannot be used (" + e.getMessage()
                    + "); give the messages on stdin, one a line: shearling chat < FILE");
        }
    }

    @Override
    public Turn next() {
        try {
            return new Turn.Line(ChatLineParser.joined(reader.readLine(PROMPT)));
        } catch (UserInterruptException e) {
            if (Thread.currentThread().isInterrupted()) {
                throw new ShearlingException(ErrorCode.CANCELLED, "the chat was interrupted");
            }
            return new Turn.Interrupt(String.valueOf(e.getPartialLine()).isEmpty());
        } catch (EndOfFileException e) {
            return new Turn.End();
        } catch (IllegalStateException | IOError e) {
            // The terminal is closed first when the process is told to end.
            throw new ShearlingException(ErrorCode.CANCELLED, "the terminal is closed", e);
        }
    }

    @Override
    public void onInterrupt(Runnable action) {
        terminal.handle(Signal.INT, signal -> action.run());
    }

    @Override
    public void close() {
        try {
            terminal.close();
        } catch (IOException e) {
            throw new FailedException("the terminal cannot be put back as it was (" + e.getMessage() + "); type reset");
        }
    }
}
