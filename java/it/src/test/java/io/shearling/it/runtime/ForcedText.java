package io.shearling.it.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.shearling.runtime.FinishReason;
import io.shearling.runtime.GenerationEvent;
import io.shearling.runtime.GenerationOptions;
import io.shearling.runtime.Session;
import io.shearling.runtime.TokenStream;
import io.shearling.runtime.sampling.SamplerChain;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Makes a model say exactly one text, by a grammar that admits nothing else; the model is free where to cut it into tokens. */
final class ForcedText {
    private ForcedText() {}

    /** Says the text and asserts that what streams is whole and exact; returns into how many tokens it was cut. */
    static int assertStreamed(Session session, String text) {
        List<String> pieces = new ArrayList<>();
        List<GenerationEvent.Finished> ends = new ArrayList<>();
        try (TokenStream events = session.complete("sheep", forcing(text))) {
            while (events.hasNext()) {
                GenerationEvent event = events.next();
                if (event instanceof GenerationEvent.Text piece) {
                    pieces.add(piece.text());
                } else if (event instanceof GenerationEvent.Finished finished) {
                    ends.add(finished);
                }
            }
        }
        for (String piece : pieces) {
            assertThat(piece).isNotEmpty().doesNotContain("\uFFFD");
            assertThat(StandardCharsets.UTF_8.newEncoder().canEncode(piece))
                    .as("no half of a surrogate pair in " + piece)
                    .isTrue();
        }
        assertThat(String.join("", pieces)).isEqualTo(text);
        assertThat(ends).extracting(GenerationEvent.Finished::reason).containsExactly(FinishReason.END_OF_TEXT);
        return ends.get(0).usage().generatedTokens();
    }

    private static GenerationOptions forcing(String text) {
        StringBuilder literal = new StringBuilder("root ::= \"");
        text.codePoints().forEach(point -> literal.append(String.format("\\U%08X", point)));
        return GenerationOptions.builder()
                .samplers(SamplerChain.GREEDY.withGrammar(literal.append('"').toString()))
                .build();
    }
}
