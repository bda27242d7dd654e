package io.shearling.it.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.shearling.runtime.EngineOptions;
import io.shearling.runtime.GenerationOptions;
import io.shearling.runtime.Message;
import io.shearling.runtime.Model;
import io.shearling.runtime.Session;
import io.shearling.testkit.reference.ReferenceServer;
import io.shearling.testkit.reference.ReferenceTools;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** Greedy text of the default model is that of upstream's server, token for token. */
class GreedyTextReferenceIT {
    private static final int TOKENS = 64;
    private static final int CONTEXT = 2048;

    /** One on each side, at work at the same time. More would wait for each other on a busy machine. */
    private static final int THREADS = 1;

    private static final String FRANCE = "The capital of France is";

    static final List<String> PROMPTS = List.of(
            FRANCE,
            "Write two sentences about sheep.",
            "Once upon a time, in a village by the sea,",
            "What is the difference between a list and a set in Python?",
            "def fibonacci(n):\n    ",
            "public static int max(int[] values) {\n",
            "SELECT name, COUNT(*) FROM sheep WHERE",
            "#include <stdio.h>\n\nint main(void) {",
            "{\"name\": \"Dolly\", \"kind\": \"sheep\", \"born\": ",
            "1, 2, 3, 5, 8, 13,",
            "17 * 23 =",
            "The year 1969 is famous because",
            "3.14159265358979 is",
            "\u4f60\u597d\uff0c\u4e16\u754c\u3002\u4eca\u5929",
            "\u3053\u3093\u306b\u3061\u306f\u3001\u7f8a\u306f",
            "\ud83d\udc11\ud83d\udc11\ud83d\udc11 count them: ",
            "La oveja m\u00e1s vieja del mundo se llama",
            "\u041e\u0432\u0446\u044b \u043f\u0430\u0441\u0443\u0442\u0441\u044f",
            "   leading spaces and\ttabs\n\n\nand lines",
            "List three colours:\n1. Red\n2.");

    private static ReferenceServer server;
    private static Model model;
    private Session session;

    @BeforeAll
    static void open() {
        model = Model.load(DefaultModel.path());
        server = ReferenceServer.start(
                ReferenceTools.find(),
                model.path(),
                "--ctx-size",
                Integer.toString(CONTEXT),
                "--threads",
                Integer.toString(THREADS));
    }

    @AfterAll
    static void close() {
        server.close();
        model.close();
    }

    @BeforeEach
    void openSession() {
        session = model.newSession(
                EngineOptions.builder().contextTokens(CONTEXT).threads(THREADS).build());
    }

    @AfterEach
    void closeSession() {
        session.close();
    }

    @ParameterizedTest
    @FieldSource("PROMPTS")
    void complete_aRawPrompt_givesTheServersText(String prompt) {
        CompletableFuture<String> expected = CompletableFuture.supplyAsync(
                () -> server.completion(prompt, TOKENS).text());
        assertThat(complete(prompt)).isEqualTo(withoutCutCharacter(expected.join()));
    }

    @ParameterizedTest
    @FieldSource("PROMPTS")
    void chat_throughTheTemplate_givesTheServersReply(String prompt) {
        CompletableFuture<String> expected =
                CompletableFuture.supplyAsync(() -> server.chat(List.of(Message.user(prompt)), TOKENS));
        String actual =
                session.chat(prompt, GenerationOptions.greedy(TOKENS)).await().text();
        assertThat(actual).isEqualTo(expected.join());
    }

    @Test
    void render_aConversation_givesTheServersPrompt() {
        List<Message> messages = List.of(
                Message.system("You are a shepherd."),
                Message.user("How many?"),
                Message.assistant("Twelve."),
                Message.user("  And now? \ud83d\udc11"));
        assertThat(model.chatTemplate().render(messages).text()).isEqualTo(server.applyTemplate(messages));
    }

    @Test
    void complete_theCapitalOfFrance_isParis() {
        assertThat(complete(FRANCE)).contains("Paris");
    }

    /**
     * Where the token limit cuts a character in two, this route of the server writes U+FFFD for its first part; the route for
     * chats leaves it out, as the runtime does.
     */
    private static String withoutCutCharacter(String text) {
        return text.endsWith("\ufffd") ? text.substring(0, text.length() - 1) : text;
    }

    private String complete(String prompt) {
        return session.complete(prompt, GenerationOptions.greedy(TOKENS))
                .await()
                .text();
    }
}
