package io.shearling.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jline.terminal.Terminal.Signal;
import org.jline.terminal.impl.ExternalTerminal;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is typed, over a terminal that is only streams. */
class ConsoleInputTest {
    private static final String PASTE = "\u001b[200~";
    private static final String UP = "\u001bOA";
    private static final String PASTE_END = "\u001b[201~";

    @TempDir
    private Path folder = Path.of("");

    private final ByteArrayOutputStream screen = new ByteArrayOutputStream();

    private ExternalTerminal terminal(String keys) throws IOException {
        return new ExternalTerminal(
                "test",
                "xterm",
                new ByteArrayInputStream(keys.getBytes(StandardCharsets.UTF_8)),
                screen,
                StandardCharsets.UTF_8);
    }

    @Test
    void next_lines_areTurns() throws IOException {
        String keys = "it's !! one\rtwo \\\rthree\r" + PASTE + "four\nfive" + PASTE_END + "\r/he\t\r";
        try (ConsoleInput input = new ConsoleInput(terminal(keys), Optional.empty())) {
            assertThat(input.next()).isEqualTo(new ChatInput.Turn.Line("it's !! one"));
            assertThat(input.next()).isEqualTo(new ChatInput.Turn.Line("two \nthree"));
            assertThat(input.next()).isEqualTo(new ChatInput.Turn.Line("four\nfive"));
            assertThat(input.next()).isEqualTo(new ChatInput.Turn.Line("/help "));
            assertThat(input.next()).isEqualTo(new ChatInput.Turn.End());
        }
    }

    @Test
    void next_afterAnotherChat_knowsItsLines() throws IOException {
        Optional<Path> history = Optional.of(folder.resolve("history"));
        try (ConsoleInput input = new ConsoleInput(terminal("first\r"), history)) {
            input.next();
        }
        try (ConsoleInput input = new ConsoleInput(terminal(UP + "\r"), history)) {
            assertThat(input.next()).isEqualTo(new ChatInput.Turn.Line("first"));
        }
    }

    @Test
    void onInterrupt_signal_runsTheAction() throws Exception {
        ExternalTerminal terminal = terminal("");
        CountDownLatch stopped = new CountDownLatch(1);
        try (ConsoleInput input = new ConsoleInput(terminal, Optional.empty())) {
            input.onInterrupt(stopped::countDown);
            terminal.raise(Signal.INT);
            assertThat(stopped.await(1, TimeUnit.MINUTES)).isTrue();
        }
    }

    @Test
    void onInterrupt_signalSinceTheLastTurn_runsTheActionAtOnce() throws Exception {
        ExternalTerminal terminal = terminal("line\r");
        AtomicInteger stops = new AtomicInteger();
        try (ConsoleInput input = new ConsoleInput(terminal, Optional.empty())) {
            assertThat(input.next()).isEqualTo(new ChatInput.Turn.Line("line"));
            terminal.raise(Signal.INT);
            input.onInterrupt(stops::incrementAndGet);
            assertThat(stops).hasValue(1);
            assertThat(input.next()).isEqualTo(new ChatInput.Turn.End());
            input.onInterrupt(stops::incrementAndGet);
            assertThat(stops).hasValue(1);
        }
    }
}
