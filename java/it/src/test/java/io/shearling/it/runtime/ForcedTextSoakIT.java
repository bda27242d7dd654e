package io.shearling.it.runtime;

import io.shearling.runtime.EngineOptions;
import io.shearling.runtime.Model;
import io.shearling.runtime.Session;
import io.shearling.testkit.NativeLeakCheck;
import io.shearling.testkit.UnicodeTexts;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** 500 texts through the default model's vocabulary of byte pairs. */
@ExtendWith(NativeLeakCheck.class)
class ForcedTextSoakIT {
    private static final int TEXTS = 500;

    @Test
    void stream_fiveHundredTextsOfARealVocabulary_areExact() {
        EngineOptions engine =
                EngineOptions.builder().contextTokens(512).threads(2).build();
        int tokens = 0;
        try (Model model = Model.load(DefaultModel.path());
                Session session = model.newSession(engine)) {
            for (String text : UnicodeTexts.of(TEXTS, TEXTS, 3).toList()) {
                tokens += ForcedText.assertStreamed(session, text);
            }
        }
        System.out.printf("%d texts in %d tokens%n", TEXTS, tokens);
    }
}
