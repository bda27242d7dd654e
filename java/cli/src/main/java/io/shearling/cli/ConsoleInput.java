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
import org.jline.terminal.Attributes;
import org.jline.terminal.Size;
import org.jline.terminal.Terminal.Signal;
import org.jline.terminal.TerminalBuilder;
import org.jspecify.annotations.Nullable;

/**
 * The turns of a chat that a person types: a line editor with history and completion of the {@code /} commands. While a line is
 * edited Ctrl-C is a key of the editor, otherwise a signal; each acts once.
 */
final class ConsoleInput implements ChatInput {
    private static final String PROMPT = "> ";
    private static final String NEXT_LINE = ". ";
    private static final int HISTORY_LINES = 1000;

    /** For a window that does not know its size, as under a program that plays the terminal. */
    private static final Size USUAL_SIZE = Size.of(80, 24);

    private final org.jline.terminal.Terminal terminal;
    private final LineReader reader;

    /** The terminal's modes when nobody edits. */
    private final Attributes usual;

    private @Nullable SignalRelay relay;

    /** What Ctrl-C does while nobody edits; null where nothing has begun since the last line. Guarded by this. */
    private @Nullable Runnable action;

    /** Whether Ctrl-C came since the last line, before there was something to stop. Guarded by this. */
    private boolean early;

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
        usual = terminal.getAttributes();
        terminal.handle(Signal.INT, signal -> interrupted());
    }

    /** Over the terminal of this process. */
    static ConsoleInput open(Optional<Path> history) {
        // The editor would else have every Ctrl-C twice: as a key, and as an interrupt of its thread.
        System.setProperty(TerminalBuilder.PROP_SOFTWARE_SIGNALS, "false");
        try {
            // Driven by stty: the other ways need a native library, and a JVM of today warns of those.
            ConsoleInput input = new ConsoleInput(
                    TerminalBuilder.builder()
                            .name("shearling")
                            .system(true)
                            .provider(TerminalBuilder.PROP_PROVIDER_EXEC)
                            // Asking the terminal what it can would swallow what is typed meanwhile.
                            .graphemeCluster(false)
                            // The relay takes them.
                            .nativeSignals(false)
                            .build(),
                    history);
            input.relay = SignalRelay.to(input.terminal);
            return input;
        } catch (IOException | IllegalStateException e) {
            throw new FailedException("the terminal cannot be used (" + e.getMessage()
                    + "); give the messages on stdin, one a line: shearling chat < FILE");
        }
    }

    @Override
    public Turn next() {
        synchronized (this) {
            action = null;
            early = false;
        }
        try {
            Turn turn = new Turn.Line(ChatLineParser.joined(reader.readLine(PROMPT)));
            // A signal in the moment after the line was done: it is meant for what the line begins.
            if (Thread.interrupted()) {
                interrupted();
            }
            return turn;
        } catch (UserInterruptException e) {
            if (Thread.currentThread().isInterrupted()) {
                throw new ShearlingException(ErrorCode.CANCELLED, "the chat was interrupted");
            }
            return new Turn.Interrupt(String.valueOf(e.getPartialLine()).isEmpty());
        } catch (EndOfFileException e) {
            return new Turn.End();
        } catch (IOError e) {
            return afterFailure(e);
        } catch (IllegalStateException e) {
            // The terminal is closed first when the process is told to end.
            throw closed(e);
        }
    }

    /** A Ctrl-C in the moment when stty prepares the terminal for a line, or puts it back, ends stty and this line with it. */
    private Turn afterFailure(IOError failure) {
        try {
            terminal.setAttributes(usual);
        } catch (IOError | IllegalStateException e) {
            e.addSuppressed(failure);
            throw closed(e);
        }
        terminal.handle(Signal.INT, signal -> interrupted());
        return new Turn.Interrupt(true);
    }

    private static ShearlingException closed(Throwable cause) {
        return new ShearlingException(ErrorCode.CANCELLED, "the terminal is closed", cause);
    }

    @Override
    public void onInterrupt(Runnable stop) {
        synchronized (this) {
            action = stop;
            if (!early) {
                return;
            }
        }
        stop.run();
    }

    private void interrupted() {
        Runnable stop;
        synchronized (this) {
            stop = action;
            early = true;
        }
        if (stop != null) {
            stop.run();
        }
    }

    @Override
    public void close() {
        try {
            if (relay != null) {
                relay.close();
            }
            terminal.close();
        } catch (IOException e) {
            throw new FailedException("the terminal cannot be put back as it was (" + e.getMessage() + "); type reset");
        }
    }
}
