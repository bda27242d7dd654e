package io.shearling.it.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.shearling.runtime.Model;
import io.shearling.testkit.NativeLeakCheck;
import io.shearling.testkit.TinyModels;
import io.shearling.testkit.reference.ReferenceServer;
import io.shearling.testkit.reference.ReferenceTools;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Tokens are those of upstream's server, for each of the three kinds of vocabulary. */
@ExtendWith(NativeLeakCheck.class)
class TokenizerReferenceIT {
    private static final int TEXTS = 200;

    private static final List<String> PIECES = List.of(
            "the",
            "Sheep",
            " wool",
            "HELLO",
            "don't",
            "re-use",
            "https://example.org/a?b=c&d",
            "x_1 = y[2];",
            "\n",
            "\r\n",
            "\t",
            "  ",
            "    ",
            "1",
            "23",
            "4567",
            "3.14",
            "1,000,000",
            "\u00fcber",
            "na\u00efve",
            "e\u0301",
            "\u4f60\u597d",
            "\u4e16\u754c",
            "\u3072\u3064\u3058",
            "\uc591",
            "\u043e\u0432\u0446\u0430",
            "\u062e\u0631\u0648\u0641",
            "\u05db\u05d1\u05e9",
            "\u0e41\u0e01\u0e30",
            "\ud83d\udc11",
            "\ud83d\udc68\u200d\ud83c\udf3e",
            "\u00a0",
            "\u2026",
            "\u201cquoted\u201d",
            "<|im_start|>",
            "<|im_end|>",
            "</s>",
            "[SEP]",
            "{\"a\": [1, null]}",
            "// TOKEN",
            "##ing",
            "\u2581",
            "\ufeff");

    @TempDir
    static Path folder;

    @Test
    void encode_byteLevelMerges_givesTheServersTokens() {
        compare(DefaultModel.path());
    }

    @Test
    void encode_sentencePieces_givesTheServersTokens() {
        compare(TinyModels.in(folder).llama(1));
    }

    @Test
    void encode_wordPieces_givesTheServersTokens() {
        compare(TinyModels.in(folder).bert(1), "--embedding");
    }

    private static void compare(Path file, String... arguments) {
        try (ReferenceServer server = ReferenceServer.start(ReferenceTools.find(), file, arguments);
                Model model = Model.load(file)) {
            List<String> texts = texts(new Random(7));
            for (int i = 0; i < texts.size(); i++) {
                String text = texts.get(i);
                boolean addSpecial = i % 2 == 0;
                boolean parseSpecial = i % 4 < 2;
                assertThat(model.tokenizer().encode(text, addSpecial, parseSpecial))
                        .as(text)
                        .isEqualTo(server.tokenize(text, addSpecial, parseSpecial));
            }
        }
    }

    /** Pieces in a row, and every fifth text made of any code points. */
    private static List<String> texts(Random random) {
        List<String> texts = new ArrayList<>();
        while (texts.size() < TEXTS) {
            StringBuilder text = new StringBuilder();
            int length = 1 + random.nextInt(12);
            for (int i = 0; i < length; i++) {
                text.append(
                        texts.size() % 5 == 4
                                ? Character.toString(codePoint(random))
                                : PIECES.get(random.nextInt(PIECES.size())));
                if (random.nextBoolean()) {
                    text.append(' ');
                }
            }
            texts.add(text.toString());
        }
        return texts;
    }

    /** Any code point but NUL and the halves of surrogate pairs. */
    private static int codePoint(Random random) {
        int code = 1 + random.nextInt(random.nextBoolean() ? 0x3000 : Character.MAX_CODE_POINT - 1);
        return Character.isDefined(code) && Character.getType(code) != Character.SURROGATE ? code : codePoint(random);
    }
}
