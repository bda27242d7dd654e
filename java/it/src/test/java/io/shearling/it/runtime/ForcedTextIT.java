package io.shearling.it.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.shearling.runtime.EngineOptions;
import io.shearling.runtime.Model;
import io.shearling.runtime.Session;
import io.shearling.testkit.NativeLeakCheck;
import io.shearling.testkit.TinyModels;
import io.shearling.testkit.UnicodeTexts;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Text beyond ASCII comes out of the stream as it went into the tokens, whatever tokens it is cut into. */
@ExtendWith(NativeLeakCheck.class)
class ForcedTextIT {
    private static final EngineOptions ENGINE =
            EngineOptions.builder().contextTokens(512).threads(1).build();

    @TempDir
    Path folder;

    /** Its vocabulary has ASCII, five other letters and the bytes: nearly every code point is cut into its bytes. */
    @Test
    void stream_fiveHundredTextsInBytes_areExact() {
        List<String> texts = UnicodeTexts.of(500, 500, 6).toList();
        int tokens = 0;
        try (Model model = Model.load(TinyModels.in(folder).llama(1));
                Session session = model.newSession(ENGINE)) {
            for (String text : texts) {
                tokens += ForcedText.assertStreamed(session, text);
            }
        }
        int codePoints = texts.stream()
                .mapToInt(text -> text.codePointCount(0, text.length()))
                .sum();
        assertThat(tokens).isGreaterThan(2 * codePoints);
    }

    @Test
    void stream_ofARealVocabulary_isExact() {
        List<String> texts = UnicodeTexts.of(50, 4, 6).toList();
        int tokens = 0;
        try (Model model = Model.load(DefaultModel.path());
                Session session = model.newSession(ENGINE)) {
            for (String text : texts) {
                tokens += ForcedText.assertStreamed(session, text);
            }
        }
        int bytes = texts.stream()
                .mapToInt(text -> text.getBytes(StandardCharsets.UTF_8).length)
                .sum();
        assertThat(tokens).isBetween(texts.size(), bytes + texts.size());
    }
}
