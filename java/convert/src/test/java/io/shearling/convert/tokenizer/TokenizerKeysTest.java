package io.shearling.convert.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;

import io.shearling.formats.gguf.GgufArray;
import io.shearling.formats.gguf.GgufValue;
import io.shearling.formats.json.JsonTree;
import io.shearling.formats.json.JsonValue;
import io.shearling.formats.json.StrictJson;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The keys against those that the pinned converter wrote for the same files. */
class TokenizerKeysTest {
    private static final StrictJson JSON = StrictJson.within(64, 1 << 20);

    @ParameterizedTest
    @CsvSource({
        "gpt2, BPE",
        "gptneox, BPE",
        "olmo2, BPE",
        "falcon, BPE",
        "starcoder2, BPE",
        "cohere2, BPE",
        "exaone4, BPE",
        "smollm3, BPE",
        "deepseek3, BPE",
        "qwen2, BPE",
        "qwen3, BPE",
        "hunyuan, BPE",
        "lfm2, BPE",
        "seedoss, BPE",
        "llama, LLAMA",
        "apertus, LLAMA",
        "arcee, LLAMA",
        "granite, LLAMA",
        "llama-hf, LLAMA",
        "llama-spm, LLAMA",
        "mistral, LLAMA",
        "mixtral, LLAMA",
        "ernie45, SENTENCE_PIECE",
        "gemma, GEMMA",
        "gemma3, GEMMA_3",
        "gemma3n, GEMMA_3",
        "gemma4, GEMMA_4",
        "bert, WORD_PIECE",
        "bert-classifier, WORD_PIECE"
    })
    void plan_goldenUpstream_hasTheSameKeysInTheSameOrder(String name, TokenizerKind kind) throws IOException {
        assertThat(lines(plan(name, kind, true))).isEqualTo(golden(name, Set.of()));
    }

    /** Those to which the architecture adds keys of its own. */
    @ParameterizedTest
    @CsvSource({
        "roberta, BPE, tokenizer.ggml.token_type_count",
        "gemma2, SENTENCE_PIECE, tokenizer.ggml.add_space_prefix",
        "nemotron, SENTENCE_PIECE, tokenizer.ggml.padding_token_id tokenizer.ggml.unknown_token_id"
    })
    void plan_goldenWithOwnKeys_hasTheOthers(String name, TokenizerKind kind, String own) throws IOException {
        assertThat(lines(plan(name, kind, true))).isEqualTo(golden(name, Set.of(own.split(" "))));
    }

    private static TokenizerPlan plan(String name, TokenizerKind kind, boolean upstream) throws IOException {
        JsonPart golden = Golden.json("../goldens/" + name + ".json");
        String config = golden.part("configs").text("full");
        JsonValue.Fields model = JsonTree.read(JSON, new ByteArrayInputStream(config.getBytes(StandardCharsets.UTF_8)))
                .fields()
                .orElseThrow();
        Optional<String> pre = golden.findPart("pre").map(part -> part.text("name"));
        return TokenizerFiles.open(Golden.folder(golden.text("tokenizer"))).plan(kind, model, pre, upstream);
    }

    private static List<String> lines(TokenizerPlan plan) {
        List<String> lines = new ArrayList<>();
        plan.keys().forEach((key, value) -> lines.add(key + " " + shown(value)));
        return lines;
    }

    private static List<String> golden(String name, Set<String> without) {
        JsonPart output =
                Golden.json("../goldens/" + name + ".json").parts("outputs").get(0);
        List<String> lines = new ArrayList<>();
        for (JsonValue row : Golden.items(output, "keys")) {
            List<JsonValue> cells = row.items().orElseThrow();
            String key = cells.get(0).text().orElseThrow();
            if (key.startsWith("tokenizer.") && !without.contains(key)) {
                lines.add(key + " " + cells.get(1).text().orElseThrow() + " " + cell(cells.get(2)));
            }
        }
        return lines;
    }

    private static String cell(JsonValue value) {
        if (value instanceof JsonValue.Fields fields) {
            return fields.find("count").flatMap(JsonValue::integer).orElseThrow() + " "
                    + fields.find("sha256").flatMap(JsonValue::text).orElseThrow();
        }
        return value.text()
                .or(() -> value.bool().map(String::valueOf))
                .or(() -> value.integer().map(String::valueOf))
                .or(() -> value.number().map(String::valueOf))
                .or(() -> value.items()
                        .map(items ->
                                items.stream().map(TokenizerKeysTest::cell).collect(Collectors.joining(","))))
                .orElseThrow();
    }

    private static String shown(GgufValue value) {
        if (value instanceof GgufArray array) {
            return "arr:" + label(array.elementType().label()) + " " + array.size() + " " + hash(array);
        }

        return label(value.type().label()) + " " + value;
    }

    private static String label(String label) {
        return label.equals("string") ? "str" : label;
    }

    private static String hash(GgufArray array) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (int i = 0; i < array.size(); i++) {
            switch (array.elementType()) {
                case STRING -> {
                    byte[] text = array.stringBytes(i);
                    bytes.writeBytes(little(8).putLong(text.length).array());
                    bytes.writeBytes(text);
                }
                case F32 ->
                    bytes.writeBytes(little(4).putFloat((float) array.number(i)).array());
                case I32 ->
                    bytes.writeBytes(little(4).putInt((int) array.integer(i)).array());
                default -> bytes.write((int) array.integer(i));
            }
        }
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes.toByteArray()));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static ByteBuffer little(int bytes) {
        return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }
}
