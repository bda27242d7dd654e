package io.shearling.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code chat} as a person has it: the real process in a pseudo-terminal, typed into. */
class ChatTerminalIT {
    private static final String PROMPT = "> ";

    /** What the line editor sends when a line is done; a reply comes after it. */
    private static final String LINE_DONE = "\u001b[?2004l";

    private static final String CTRL_C = "\u0003";
    private static final String CTRL_D = "\u0004";

    @TempDir
    private Path folder = Path.of("");

    @Test
    void chat_replyStoppedByCtrlC_goesOnWithTheNextMessage() throws Exception {
        // No reply ends by itself before it is stopped.
        Path endless = Files.writeString(folder.resolve("endless.gbnf"), "root ::= \"baa \"{1500} \".\"");
        try (Person person = new Person("--grammar", endless.toString(), "--max-tokens", "2000")) {
            person.sees("/help lists the commands");
            person.sees(PROMPT).types("Tell a very long story about sheep.\r").sees(LINE_DONE);
            // Some words have come.
            person.sees(" ").sees(" ").types(CTRL_C);
            person.sees("stopped; message and reply so far stay in the conversation");
            // Two lines are one message, in which quotes mean nothing.
            person.sees(PROMPT)
                    .types("Don't go on \\\r")
                    .sees(". ")
                    .types("now.\r")
                    .sees(LINE_DONE);
            person.sees(" ").types(CTRL_C).sees("stopped; ");
            person.sees(PROMPT).types("/ex\t\r");
            assertThat(person.leaves()).as("%s", person.screen()).isZero();
            assertThat(person.screen()).doesNotContain("WARNING", "warning", "Exception", "error");
        }
        assertThat(Files.readString(folder.resolve("shearling/chat-history")))
                .contains("Tell a very long story about sheep.", "Don't go on", "/exit");
    }

    @Test
    void chat_ctrlCTwiceAtThePrompt_endsWith130() throws Exception {
        try (Person person = new Person("--quiet")) {
            person.sees(PROMPT).types("half a line" + CTRL_C);
            person.sees(PROMPT).types(CTRL_C).sees("Ctrl-C again ends the chat");
            person.sees(PROMPT).types(CTRL_C);
            assertThat(person.leaves()).isEqualTo(ExitCode.CANCELLED);
        }
    }

    @Test
    void chat_ctrlD_ends() throws Exception {
        try (Person person = new Person("--quiet")) {
            person.sees(PROMPT).types(CTRL_D);
            assertThat(person.leaves()).isZero();
            // Nothing dim or coloured where that is not wanted.
            assertThat(person.screen()).doesNotContain("\u001b[2m");
        }
    }

    /** Types into the command through util-linux's {@code script}, which plays the terminal. */
    private final class Person implements AutoCloseable {
        private static final long PATIENCE_NANOS = TimeUnit.MINUTES.toNanos(2);

        private final Process process;
        private final InputStream screenBytes;
        private final StringBuilder screen = new StringBuilder();
        private int seen;

        Person(String... options) throws IOException {
            List<String> words = new ArrayList<>(List.of("chat", "--threads", "1", "--temperature", "0"));
            words.addAll(List.of(options));
            // With exec, since a shell that stays in between takes the Ctrl-C for itself too.
            String command = "exec '" + String.join("' '", JarProcess.command(words.toArray(String[]::new))) + "'";
            ProcessBuilder builder = new ProcessBuilder(
                            "env",
                            "--default-signal=INT",
                            "script",
                            "--quiet",
                            "--return",
                            "--flush",
                            "--command",
                            command,
                            "/dev/null")
                    .redirectErrorStream(true);
            builder.environment().put("TERM", "xterm");
            builder.environment().put("NO_COLOR", "1");
            builder.environment().put("XDG_STATE_HOME", folder.toString());
            process = builder.start();
            screenBytes = process.getInputStream();
        }

        /** Waits until this has come on the screen since what was seen before. */
        Person sees(String text) throws IOException {
            long begin = System.nanoTime();
            while (screen.indexOf(text, seen) < 0) {
                byte[] bytes = new byte[1024];
                int length = screenBytes.read(bytes);
                assertThat(length)
                        .as("waiting for \"%s\"; the screen shows: %s", text, screen)
                        .isPositive();
                screen.append(new String(bytes, 0, length, StandardCharsets.UTF_8));
                assertThat(System.nanoTime() - begin)
                        .as("waiting for \"%s\"; the screen shows: %s", text, screen)
                        .isLessThan(PATIENCE_NANOS);
            }
            seen = screen.indexOf(text, seen) + text.length();
            return this;
        }

        Person types(String keys) throws IOException {
            OutputStream keyboard = process.getOutputStream();
            keyboard.write(keys.getBytes(StandardCharsets.UTF_8));
            keyboard.flush();
            return this;
        }

        /** The exit code, once the command has ended. */
        int leaves() throws IOException, InterruptedException {
            screen.append(new String(screenBytes.readAllBytes(), StandardCharsets.UTF_8));
            assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
            return process.exitValue();
        }

        String screen() {
            return screen.toString();
        }

        @Override
        public void close() {
            process.destroyForcibly();
        }
    }
}
