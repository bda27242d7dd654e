package io.shearling.convert.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.shearling.convert.ConvertException;
import io.shearling.formats.json.JsonValue;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever is called {@code tokenizer.json} against Jazzer; see the fuzz test of the GGUF reader. */
class TokenizerFuzzTest {
    private static final JsonValue.Fields MODEL = new JsonValue.Fields(Map.of());
    private static final Path FOLDER = folder();

    @MethodSource("seeds")
    @Timeout(120) // with the start of Jazzer
    @FuzzTest(maxExecutions = 1_000_000, maxDuration = "")
    void plan_anyBytes_isMadeOrRefused(byte[] file) throws IOException {
        Files.write(FOLDER.resolve("tokenizer.json"), file);
        try {
            TokenizerFiles files = TokenizerFiles.open(FOLDER);
            TextEncoder encoder = TextEncoder.of(files.requireJson());
            for (int id : encoder.encode("A sheep\t's 1234 Wölfe 🐑\n\n", true)) {
                assertThat(id).isNotNegative();
            }
            TokenizerPlan plan = files.plan(TokenizerKind.AS_FILED, MODEL, Optional.empty(), false);
            assertThat(plan.keys()).containsKey("tokenizer.ggml.tokens");
        } catch (ConvertException refusal) {
            assertThat(refusal.getMessage()).isNotBlank().doesNotContainPattern("\\p{Cntrl}");
        }
    }

    static Stream<byte[]> seeds() {
        String split = "{\"type\":\"Sequence\",\"pretokenizers\":[{\"type\":\"Split\",\"pattern\":{\"Regex\":"
                + "\"(?i:'s|'t)|[^\\\\r\\\\n\\\\p{L}\\\\p{N}]?\\\\p{L}+|\\\\p{N}{1,3}|\\\\s+(?!\\\\S)|\\\\s+\"},"
                + "\"behavior\":\"Isolated\",\"invert\":false},{\"type\":\"Digits\",\"individual_digits\":true},"
                + "{\"type\":\"ByteLevel\",\"add_prefix_space\":false,\"trim_offsets\":true,\"use_regex\":false}]}";
        return Stream.of(
                        "{}",
                        "{\"model\":{\"vocab\":{\"a\":0}}}",
                        "{\"model\":{\"type\":\"BPE\",\"vocab\":{\"a\":0,\"b\":1,\"ab\":2,\"Ġ\":3},\"merges\":[\"a b\"]},"
                                + "\"normalizer\":{\"type\":\"NFC\"},\"pre_tokenizer\":" + split
                                + ",\"decoder\":{\"type\":\"ByteLevel\"}}",
                        "{\"added_tokens\":[{\"id\":0,\"content\":\"<s>\",\"single_word\":false,\"lstrip\":true,"
                                + "\"rstrip\":false,\"normalized\":false,\"special\":true}],\"normalizer\":{\"type\":"
                                + "\"Sequence\",\"normalizers\":[{\"type\":\"Prepend\",\"prepend\":\"▁\"},{\"type\":"
                                + "\"Replace\",\"pattern\":{\"String\":\" \"},\"content\":\"▁\"}]},\"post_processor\":"
                                + "{\"type\":\"TemplateProcessing\",\"single\":[{\"SpecialToken\":{\"id\":\"<s>\","
                                + "\"type_id\":0}},{\"Sequence\":{\"id\":\"A\",\"type_id\":0}}],\"pair\":[],"
                                + "\"special_tokens\":{\"<s>\":{\"id\":\"<s>\",\"ids\":[0],\"tokens\":[\"<s>\"]}}},"
                                + "\"decoder\":{\"type\":\"Sequence\",\"decoders\":[]},\"model\":{\"type\":\"BPE\","
                                + "\"unk_token\":\"<s>\",\"fuse_unk\":true,\"byte_fallback\":true,\"vocab\":"
                                + "{\"<s>\":0,\"<0x41>\":1,\"▁\":2,\"s\":3,\"▁s\":4},\"merges\":[[\"▁\",\"s\"]]}}",
                        "{\"pre_tokenizer\":{\"type\":\"Metaspace\",\"replacement\":\"▁\",\"prepend_scheme\":\"always\"},"
                                + "\"model\":{\"type\":\"Unigram\",\"unk_id\":0,\"vocab\":[[\"<unk>\",0],[\"▁\",-2],"
                                + "[\"▁sheep\",-3.5]]}}",
                        "{\"normalizer\":{\"type\":\"BertNormalizer\",\"clean_text\":true,\"handle_chinese_chars\":true,"
                                + "\"strip_accents\":null,\"lowercase\":true},\"pre_tokenizer\":{\"type\":"
                                + "\"BertPreTokenizer\"},\"model\":{\"type\":\"WordPiece\",\"unk_token\":\"[UNK]\","
                                + "\"continuing_subword_prefix\":\"##\",\"max_input_chars_per_word\":100,\"vocab\":"
                                + "{\"[UNK]\":0,\"a\":1,\"sheep\":2,\"##s\":3}}}",
                        "{\"model\":{\"vocab\":{\"a\":0},\"merges\":[\"a b\"]}}",
                        // A message that told the steps as they are.
                        "{\"model\":{\"type\":\"BPE\",\"vocab\":{\"a\":0}},\"pre_tokenizer\":{\"type\":\"Split\",\"pattern\":"
                                + "{\"Regex\":\"a\\u0001b\\n\"},\"behavior\":\"Isolated\",\"invert\":false}}")
                .map(text -> text.getBytes(StandardCharsets.UTF_8));
    }

    private static Path folder() {
        try {
            Path folder = Files.createTempDirectory("tokenizer");
            folder.toFile().deleteOnExit();
            folder.resolve("tokenizer.json").toFile().deleteOnExit();
            return folder;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
