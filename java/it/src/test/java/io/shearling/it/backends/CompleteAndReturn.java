package io.shearling.it.backends;

import io.shearling.runtime.GenerationOptions;
import io.shearling.runtime.Model;
import io.shearling.runtime.Session;
import java.nio.file.Path;

/** A main class that completes a text with four tokens of the model that it is given, and says how many came. */
final class CompleteAndReturn {
    private CompleteAndReturn() {}

    public static void main(String[] arguments) {
        GenerationOptions options =
                GenerationOptions.greedy(4).toBuilder().ignoreEnd(true).build();
        try (Model model = Model.load(Path.of(arguments[0]));
                Session session = model.newSession()) {
            System.out.println(
                    session.complete("sheep", options).await().usage().generatedTokens() + " tokens");
        }
    }
}
