package io.shearling.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code chat} on the default model, from lines on stdin; greedy, with one thread. */
class ChatCommandIT {
    @TempDir
    private Path folder = Path.of("");

    private static CliRun chat(String lines, String... options) {
        List<String> arguments = new ArrayList<>(
                List.of("chat", "--quiet", "--threads", "1", "--temperature", "0", "--max-tokens", "6"));
        arguments.addAll(List.of(options));
        return CliRun.withInput(lines, arguments.toArray(String[]::new));
    }

    @Test
    void chat_linesOnStdin_putsTheRepliesAloneOnStdout() {
        CliRun run =
                chat("What is wool?\n\nAnd who \\\nwears it?\n", "--verbose").succeeded();
        assertThat(run.lines()).hasSize(2);
        List<String> figures = run.err()
                .lines()
                .filter(line -> line.contains(" prompt tokens"))
                .toList();
        assertThat(figures).hasSize(2);
        // The second message comes after the first and its reply, which the session knows.
        assertThat(figures.get(0)).doesNotContain("known");
        assertThat(figures.get(1)).containsPattern("\\(\\d+ known\\)");
    }

    @Test
    void chat_regenerateAndUndo_goBackATurn() {
        CliRun run = chat("What is wool?\n/regenerate\n/tokens\n/undo\n/tokens\n/undo\n");
        assertThat(run.lines()).hasSize(2);
        assertThat(run.lines().get(1)).isEqualTo(run.lines().get(0));
        assertThat(run.err()).contains("taken back: \"What is wool?\"", "shearling: 0 of 4,096 tokens");
        assertThat(run.err()).containsPattern("shearling: [1-9]\\d* of 4,096 tokens");
        // There is nothing left to take back: a script is told.
        assertThat(run.err()).endsWith("there is no message to take back" + System.lineSeparator());
        assertThat(run.code()).isEqualTo(ExitCode.FAILED);
    }

    @Test
    void chat_savedConversation_isLoadedAgain() throws IOException {
        Path file = folder.resolve("sheep.json");
        CliRun first = chat("/system You are a shepherd.\nWhat is wool?\n/save " + file + "\n/tokens\n")
                .succeeded();
        CliRun second =
                chat("/load " + file + "\n/system\n/tokens\n/regenerate\n").succeeded();
        assertThat(second.lines()).isEqualTo(first.lines());
        assertThat(first.err()).contains("the system message is set", "saved: 3 messages");
        assertThat(second.err()).contains("loaded: 3 messages", "the system message is: You are a shepherd.");
        assertThat(first.err().lines().filter(line -> line.endsWith(" tokens")))
                .containsAnyElementsOf(second.err().lines().toList());
        assertThat(JsonReader.object(Files.readString(file))).containsOnlyKeys("messages");
    }

    @Test
    void chat_fullContext_isSaidAndResetHelps() {
        String story = "sheep ".repeat(45);
        CliRun run = chat(story + "\n" + story + "\n/reset\nWhat is wool?\n", "--ctx", "96");
        assertThat(run.lines()).hasSize(2);
        assertThat(run.err())
                .contains("with this message the conversation does not fit in the context of 96 tokens; /reset forgets")
                .doesNotContain("Exception", "internal");
        assertThat(run.code()).isEqualTo(ExitCode.FAILED);
    }

    @Test
    void chat_replyThatFillsTheContext_isSaid() {
        CliRun run = chat("sheep ".repeat(15) + "\n", "--ctx", "50");
        assertThat(run.err()).contains("the context of 50 tokens is full, so the reply stops here; /reset forgets");
    }

    @Test
    void chat_commandThatCannotBe_isOneSentenceAndTheChatGoesOn() {
        CliRun run = chat("/knit\n/save\n/exit now\n/temperature warm\n/load /no/such.json\n//etc\n/exit\nnever\n");
        assertThat(run.lines()).as("the reply to the message /etc").hasSize(1);
        assertThat(run.err().lines().filter(line -> !line.contains("cut at")))
                .hasSize(5)
                .allSatisfy(line -> assertThat(line).startsWith("shearling: "));
        assertThat(run.code()).isEqualTo(ExitCode.FAILED);
    }

    @Test
    void chat_turnThatFails_doesNotEndIt() throws IOException {
        Path twice = Files.writeString(
                folder.resolve("twice.json"),
                "{\"messages\": [{\"role\": \"assistant\", \"content\": \"a\"}, {\"role\": \"assistant\", \"content\": \"b\"}]}");
        Path half = Files.writeString(
                folder.resolve("half.json"), "{\"messages\": [{\"role\": \"user\", \"content\": \"\\ud800 hi\"}]}");
        CliRun run = chat("/load " + twice + "\n/tokens\n/load " + half + "\n/save /tmp/a\0b\n/reset\nWhat is wool?\n");
        assertThat(run.err())
                .contains("refuses the messages", "/undo takes back its last turn", "half of a surrogate pair")
                .contains("cannot be the name of a file")
                .doesNotContain("internal error");
        assertThat(run.lines()).as("the reply to the last message").hasSize(1);
        assertThat(run.code()).isEqualTo(ExitCode.FAILED);
    }

    @Test
    void chat_grammarThatNoTokenFollows_failsEachTurnAndDoesNotEndIt() throws IOException {
        Path grammar = Files.writeString(folder.resolve("nul.gbnf"), "root ::= \"baa\" \"\\x00\"");
        CliRun run = chat("What is wool?\nWhat is felt?\n/tokens\n", "--grammar", grammar.toString());
        assertThat(run.err().lines().filter(line -> line.contains("cannot choose a token")))
                .hasSize(2);
        assertThat(run.err()).contains("shearling: 0 of 4,096 tokens");
        assertThat(run.lines()).as("what came of each, on a line of its own").containsExactly("baa", "baa");
    }

    @Test
    void chat_regenerateThatCannotBegin_keepsTheTurn() throws IOException {
        Path file = folder.resolve("kept.json");
        CliRun run = chat(
                "What is wool?\n/system " + "sheep ".repeat(90) + "\n/regenerate\n/save " + file + "\n", "--ctx", "96");
        assertThat(run.err()).contains("the conversation does not fit", "saved: 3 messages");
        assertThat(run.lines()).hasSize(1);
        assertThat(Files.readString(file)).contains("What is wool?", run.lines().get(0));
    }

    @Test
    void chat_lineThatIsNoUtf8_isRefused() {
        CliRun run = CliRun.withInput("gr\u00fcn".getBytes(StandardCharsets.ISO_8859_1), "chat", "--quiet")
                .failed(ExitCode.USAGE);
        assertThat(run.err()).contains("line 1 on stdin is not UTF-8");
    }
}
