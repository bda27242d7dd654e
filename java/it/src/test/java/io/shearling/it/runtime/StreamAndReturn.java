package io.shearling.it.runtime;

import io.shearling.runtime.Completion;
import io.shearling.runtime.EngineOptions;
import io.shearling.runtime.GenerationOptions;
import io.shearling.runtime.Model;
import io.shearling.runtime.Session;
import java.nio.file.Path;

/** A main class that loads a model, streams some tokens, closes both, and returns. */
final class StreamAndReturn {
    private StreamAndReturn() {}

    /** File, number of tokens, tokens of context (0: the default). */
    public static void main(String[] arguments) {
        EngineOptions options = EngineOptions.builder()
                .contextTokens(Integer.parseInt(arguments[2]))
                .threads(1)
                .build();
        GenerationOptions generation = GenerationOptions.greedy(Integer.parseInt(arguments[1])).toBuilder()
                .ignoreEnd(true)
                .build();
        try (Model model = Model.load(Path.of(arguments[0]));
                Session session = model.newSession(options)) {
            Completion completion =
                    session.chat("Write two sentences about sheep.", generation).await(System.out::print);
            System.out.println();
            System.out.println("tokens: " + completion.usage().generatedTokens());
        }
    }
}
