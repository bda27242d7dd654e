package io.shearling.cli;

import io.shearling.runtime.GenerationEvent;
import io.shearling.runtime.TokenStream;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * A whole reply.
 *
 * @param text all of it
 * @param tokens each token with its log-probability, when that was asked for
 * @param end why it ended, and its figures
 */
record Reply(String text, List<GenerationEvent.Token> tokens, GenerationEvent.Finished end) {
    Reply {
        tokens = List.copyOf(tokens);
    }

    /** Reads a generation to its end; each piece of text goes to {@code onText} as it comes. */
    static Reply read(TokenStream stream, Consumer<String> onText) {
        StringBuilder text = new StringBuilder();
        List<GenerationEvent.Token> tokens = new ArrayList<>();
        while (stream.hasNext()) {
            GenerationEvent event = stream.next();
            if (event instanceof GenerationEvent.Text piece) {
                text.append(piece.text());
                onText.accept(piece.text());
            } else if (event instanceof GenerationEvent.Token token) {
                tokens.add(token);
            } else if (event instanceof GenerationEvent.Finished end) {
                return new Reply(text.toString(), tokens, end);
            }
        }
        throw new IllegalStateException("the stream ended without its finished event");
    }
}
