package io.shearling.testkit.reference;

import io.shearling.runtime.Message;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A llama-server of the reference tools that runs over one model, on a free port of this machine, for as long as this is open.
 * Its answers are greedy and it keeps no prompt from one request to the next. Thread-safe.
 */
public final class ReferenceServer implements AutoCloseable {
    private static final Duration START = Duration.ofMinutes(1);
    private static final Duration ANSWER = Duration.ofMinutes(2);

    private final ServerProcess process;
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private ReferenceServer(ServerProcess process) {
        this.process = process;
    }

    /**
     * What the server generated.
     *
     * @param text after the prompt
     * @param tokens that the text was made of, an end token included
     */
    public record Completion(String text, List<Integer> tokens) {
        public Completion {
            tokens = List.copyOf(tokens);
        }
    }

    /**
     * Starts a server with one slot and waits until it has loaded the model.
     *
     * @param arguments what llama-server takes besides model, host and port: {@code --embedding --pooling mean}, say
     * @throws IllegalStateException when it ends or is not ready after a minute; with the end of its log
     */
    public static ReferenceServer start(ReferenceTools tools, Path model, String... arguments) {
        List<String> all = new ArrayList<>(List.of("--model", model.toString(), "--parallel", "1"));
        all.addAll(List.of("--offline", "--no-ui", "--no-warmup"));
        all.addAll(List.of(arguments));
        ReferenceServer server = new ReferenceServer(ServerProcess.start(tools.program("llama-server"), all));
        try {
            server.awaitReady();
            return server;
        } catch (RuntimeException e) {
            server.close();
            throw e;
        }
    }

    private void awaitReady() {
        long end = System.nanoTime() + START.toNanos();
        while (!ready()) {
            if (!process.alive() || System.nanoTime() > end) {
                throw new IllegalStateException("llama-server "
                        + (process.alive() ? "is not ready after " + START.toSeconds() + " s" : "has ended")
                        + "; its log ends with:\n" + process.lastWords());
            }
            try {
                Thread.sleep(20);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("interrupted while llama-server was starting", e);
            }
        }
    }

    private boolean ready() {
        HttpRequest request = HttpRequest.newBuilder(uri("/health")).build();
        try {
            return client.send(request, BodyHandlers.discarding()).statusCode() == 200;
        } catch (ConnectException e) {
            return false;
        } catch (IOException e) {
            if (process.alive()) {
                throw new UncheckedIOException("llama-server does not answer", e);
            }
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** Greedy text after a prompt that is taken as it is, with the special tokens that the model asks for. */
    public Completion completion(String prompt, int tokens) {
        Object answer = post(
                "/completion",
                Map.of(
                        "prompt",
                        prompt,
                        "n_predict",
                        tokens,
                        "temperature",
                        0,
                        "cache_prompt",
                        false,
                        "return_tokens",
                        true));
        List<Integer> ids = new ArrayList<>();
        for (int token : Json.ints(answer, "tokens")) {
            ids.add(token);
        }
        return new Completion(Json.string(answer, "content"), ids);
    }

    /** The greedy reply to these messages, through the model's template. */
    public String chat(List<Message> messages, int tokens) {
        Object answer = post(
                "/v1/chat/completions",
                Map.of("messages", turns(messages), "max_tokens", tokens, "temperature", 0, "cache_prompt", false));
        return Json.string(answer, "choices", 0, "message", "content");
    }

    /** The prompt of these messages by the model's template. */
    public String applyTemplate(List<Message> messages) {
        return Json.string(post("/apply-template", Map.of("messages", turns(messages))), "prompt");
    }

    /**
     * The vectors of a text: one, or with {@code --pooling none} one a token. Needs {@code --embedding}.
     *
     * @param normalize whether a pooled vector gets length 1; token vectors never do
     */
    public List<float[]> embedding(String text, boolean normalize) {
        Object answer = post("/embedding", Map.of("content", text, "embd_normalize", normalize ? 2 : -1));
        List<float[]> vectors = new ArrayList<>();
        for (Object vector : (List<?>) Json.at(answer, 0, "embedding")) {
            vectors.add(Json.floats(vector));
        }
        return vectors;
    }

    /**
     * The tokens of a text.
     *
     * @param addSpecial with the special tokens that the model asks for
     * @param parseSpecial text that spells a special token becomes that token
     */
    public int[] tokenize(String text, boolean addSpecial, boolean parseSpecial) {
        Object answer =
                post("/tokenize", Map.of("content", text, "add_special", addSpecial, "parse_special", parseSpecial));
        return Json.ints(answer, "tokens");
    }

    private static List<Map<String, String>> turns(List<Message> messages) {
        return messages.stream()
                .map(message -> Map.of("role", message.role(), "content", message.content()))
                .toList();
    }

    private URI uri(String path) {
        return URI.create("http://127.0.0.1:" + process.port() + path);
    }

    private Object post(String path, Map<String, Object> body) {
        HttpRequest request = HttpRequest.newBuilder(uri(path))
                .timeout(ANSWER)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(Json.write(body)))
                .build();
        try {
            HttpResponse<String> answer = client.send(request, BodyHandlers.ofString());
            if (answer.statusCode() != 200) {
                throw new IllegalStateException(
                        "llama-server answers " + path + " with " + answer.statusCode() + ": " + answer.body());
            }
            return Json.parse(answer.body());
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "llama-server does not answer " + path + "; its log ends with:\n" + process.lastWords(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while llama-server was at work", e);
        }
    }

    /** Ends the server. Idempotent. */
    @Override
    public void close() {
        process.end();
    }
}
