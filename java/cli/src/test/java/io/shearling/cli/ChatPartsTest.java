package io.shearling.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.shearling.runtime.Message;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.jline.reader.EOFError;
import org.jline.reader.Parser.ParseContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The parts of a chat that need no model. */
class ChatPartsTest {
    @TempDir
    private Path folder = Path.of("");

    @Test
    void slashCommands_areFoundByAllTheirNames() {
        assertThat(SlashCommand.of("/exit")).contains(SlashCommand.EXIT);
        assertThat(SlashCommand.of("/bye")).contains(SlashCommand.EXIT);
        assertThat(SlashCommand.of("exit")).isEmpty();
        assertThat(SlashCommand.of("/")).isEmpty();
        for (SlashCommand command : SlashCommand.values()) {
            assertThat(SlashCommand.help()).contains("  /" + command.word() + " ");
        }
    }

    @Test
    void plainInput_lines_areTurnsAndABackslashJoinsThem() {
        byte[] bytes = "one\r\ntwo \\\nthree\n\nfour\\".getBytes(StandardCharsets.UTF_8);
        try (PlainInput input = new PlainInput(new ByteArrayInputStream(bytes))) {
            assertThat(input.next()).isEqualTo(new ChatInput.Turn.Line("one"));
            assertThat(input.next()).isEqualTo(new ChatInput.Turn.Line("two \nthree"));
            assertThat(input.next()).isEqualTo(new ChatInput.Turn.Line(""));
            assertThat(input.next()).isEqualTo(new ChatInput.Turn.Line("four\n"));
            assertThat(input.next()).isEqualTo(new ChatInput.Turn.End());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\\\n"})
    void plainInput_turnWithoutEnd_isRefused(String end) {
        try (PlainInput input = new PlainInput(new EndlessInput("baa ".repeat(5000) + end))) {
            assertThatThrownBy(input::next)
                    .isInstanceOf(UsageException.class)
                    .hasMessageMatching(
                            "line \\d+ on stdin has more than 64 MB, more than any context holds; give less");
        }
    }

    @Test
    void plainInput_linesLongerThanABlock_areWhole() {
        String text = "gr\u00fcn ".repeat(5000);
        byte[] bytes = (text + "\n" + text).getBytes(StandardCharsets.UTF_8);
        try (PlainInput input = new PlainInput(new ByteArrayInputStream(bytes))) {
            assertThat(input.next()).isEqualTo(new ChatInput.Turn.Line(text));
            assertThat(input.next()).isEqualTo(new ChatInput.Turn.Line(text));
            assertThat(input.next()).isEqualTo(new ChatInput.Turn.End());
        }
    }

    @Test
    void lineParser_backslashAtTheEnd_asksForMore() {
        ChatLineParser parser = new ChatLineParser();
        assertThatThrownBy(() -> parser.parse("go on \\", 7, ParseContext.ACCEPT_LINE))
                .isInstanceOf(EOFError.class);
        assertThat(parser.parse("it's \"open", 10, ParseContext.ACCEPT_LINE).words())
                .containsExactly("it's", "\"open");
        assertThat(ChatLineParser.joined("go on \\\nnow")).isEqualTo("go on \nnow");
    }

    @Test
    void history_liesInTheFolderForState() {
        Path home = Path.of("/home/me");
        assertThat(ChatHistory.place(Map.of("XDG_STATE_HOME", "/state"), home))
                .isEqualTo(Path.of("/state/shearling/chat-history"));
        Path usual = Path.of("/home/me/.local/state/shearling/chat-history");
        assertThat(ChatHistory.place(Map.of("XDG_STATE_HOME", "relative"), home))
                .isEqualTo(usual);
        assertThat(ChatHistory.place(Map.of(), home)).isEqualTo(usual);
    }

    @Test
    void conversationFile_writtenTwice_readsAsItWas() {
        ConversationFile file = ConversationFile.of(folder.resolve("a.json").toString());
        List<Message> messages = List.of(Message.system("Be \"brief\"."), Message.user("gr\u00fcn\n"));
        file.write(List.of());
        file.write(messages);
        assertThat(file.read()).isEqualTo(messages);
        assertThat(folder.toFile().list()).containsExactly("a.json");
    }

    @Test
    void conversationFile_besideAFileCalledPart_leavesItAlone() throws IOException {
        Path part = Files.writeString(folder.resolve("a.json.part"), "mine");
        ConversationFile.of(folder.resolve("a.json").toString()).write(List.of());
        assertThat(part).hasContent("mine");
    }

    @Test
    void wholeFile_thatCannotTakeItsPlace_leavesNothing() throws IOException {
        Path taken = folder.resolve("taken");
        Files.createDirectories(taken.resolve("by-a-folder"));
        assertThatThrownBy(() -> WholeFile.write(taken, "text")).isInstanceOf(IOException.class);
        assertThat(folder.toFile().list()).containsExactly("taken");
    }

    @Test
    void wholeFile_inPlaceOfAnother_keepsItsPermissionsAndTheLinkToIt() throws IOException {
        Path file = Files.writeString(folder.resolve("mine"), "before");
        Path link = Files.createSymbolicLink(folder.resolve("link"), Path.of("mine"));
        for (String permissions : List.of("rw-------", "rw-rw-rw-")) {
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));
            WholeFile.write(link, permissions);
            assertThat(link).isSymbolicLink().hasContent(permissions);
            assertThat(permissions(file)).isEqualTo(permissions);
        }
        assertThat(folder.toFile().list()).containsExactlyInAnyOrder("mine", "link");
    }

    @Test
    void wholeFile_linkThatLeadsNowhere_staysOne() throws IOException {
        Path link = Files.createSymbolicLink(folder.resolve("link"), Path.of("gone"));
        assertThatThrownBy(() -> WholeFile.write(link, "text")).isInstanceOf(IOException.class);
        assertThat(folder.toFile().list()).containsExactly("link");
    }

    @Test
    void conversationFile_new_isForNobodyElse() throws IOException {
        Path file = folder.resolve("a.json");
        ConversationFile.of(file.toString()).write(List.of());
        assertThat(permissions(file)).isEqualTo("rw-------");
    }

    private static String permissions(Path file) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
    }

    @Test
    void conversationFile_nameThatNoFileCanHave_isRefused() {
        assertThatThrownBy(() -> ConversationFile.of("/tmp/a\0b"))
                .isInstanceOf(FailedException.class)
                .hasMessageContaining("cannot be the name of a file (");
    }

    @Test
    void conversationFile_thatIsTooDeep_isRefused() throws IOException {
        Path path = Files.writeString(folder.resolve("deep.json"), "{\"x\":" + "[".repeat(100_000));
        assertThatThrownBy(ConversationFile.of(path.toString())::read)
                .isInstanceOf(FailedException.class)
                .hasMessageContaining(path + " is no saved conversation (");
    }

    @Test
    void home_isThatOfTheEnvironment() {
        assertThat(Home.of(Map.of("HOME", "/home/me"))).isEqualTo(Path.of("/home/me"));
        Path database = Path.of(System.getProperty("user.home"));
        assertThat(Home.of(Map.of("HOME", "relative"))).isEqualTo(database);
        assertThat(Home.of(Map.of())).isEqualTo(database);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "no JSON",
                "[]",
                "{}",
                "{\"messages\": 3}",
                "{\"messages\": [3]}",
                "{\"messages\": [{\"role\": \"user\"}]}",
                "{\"messages\": [{\"role\": \"\", \"content\": \"x\"}]}",
                "{\"messages\": [{\"role\": \"user\", \"content\": \"\\ud800 hi\"}]}",
                "{\"messages\": [{\"role\": \"\\udc00\", \"content\": \"hi\"}]}",
                "{\"messages\": [{\"role\": \"user\", \"content\": \"x\"}"
            })
    void conversationFile_thatIsNone_isNeitherReadNorOverwritten(String text) throws IOException {
        Path path = Files.writeString(folder.resolve("thesis.txt"), text);
        ConversationFile file = ConversationFile.of(path.toString());
        assertThatThrownBy(file::read)
                .isInstanceOf(FailedException.class)
                .hasMessageContaining(path + " is no saved conversation (");
        assertThatThrownBy(() -> file.write(List.of())).isInstanceOf(FailedException.class);
        assertThat(path).hasContent(text);
    }
}
