package io.shearling.it.convert;

import static org.assertj.core.api.Assertions.assertThat;

import io.shearling.convert.Conversion;
import io.shearling.convert.ConversionListener;
import io.shearling.convert.ConversionOptions;
import io.shearling.convert.OutputType;
import io.shearling.convert.export.Export;
import io.shearling.convert.export.ExportOptions;
import io.shearling.formats.diff.GgufDiff;
import io.shearling.formats.gguf.GgufFile;
import io.shearling.formats.json.JsonTree;
import io.shearling.formats.json.JsonValue;
import io.shearling.formats.json.StrictJson;
import io.shearling.formats.safetensors.SafetensorsType;
import io.shearling.formats.tensor.TensorType;
import io.shearling.hub.ModelHub;
import io.shearling.hub.ProgressListener;
import io.shearling.runtime.Engine;
import io.shearling.runtime.EngineOptions;
import io.shearling.runtime.GenerationOptions;
import io.shearling.runtime.Model;
import io.shearling.runtime.Session;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The default model on its way to a checkpoint and back: it says what transformers says with its weights, and nothing is lost. */
@Tag("once")
class ConvertedTextIT {
    private static final int TOKENS = 64;
    private static final int END_OF_TURN = 2;

    @TempDir
    private Path folder = Path.of("");

    @Test
    void convert_exportedModel_saysWhatTransformersSays() throws IOException {
        Path model = ModelHub.standard().resolve("smollm2-135m", ProgressListener.none());
        Path first = convert(export(model, "first"), "first.gguf");
        EngineOptions exact = EngineOptions.builder()
                .contextTokens(512)
                .cacheTypes(TensorType.F32, TensorType.F32)
                .build();
        try (Model converted = Model.load(first);
                Engine engine = converted.newEngine(exact)) {
            for (Reply reply : replies()) {
                try (Session session = engine.newSession()) {
                    int[] prompt = array(reply.prompt());
                    String text = session.complete(prompt, GenerationOptions.greedy(TOKENS))
                            .await()
                            .text();
                    assertThat(text)
                            .as("after %s", converted.tokenizer().decode(prompt))
                            .isEqualTo(whole(converted.tokenizer().decode(array(reply.words()))));
                }
            }
        }
        Path second = convert(export(first, "second"), "second.gguf");
        try (GgufFile one = GgufFile.open(first);
                GgufFile other = GgufFile.open(second)) {
            assertThat(GgufDiff.of(one, other).tensors()).isEmpty();
        }
    }

    private Path export(Path file, String name) {
        ExportOptions options = new ExportOptions(SafetensorsType.F32, ExportOptions.DEFAULT.shardBytes());
        try (Export export = Export.of(file, options)) {
            return export.write(folder.resolve(name), ConversionListener.NONE).folder();
        }
    }

    private Path convert(Path checkpoint, String name) {
        try (Conversion conversion = Conversion.of(
                checkpoint, ConversionOptions.DEFAULT.withType(OutputType.F32).withName("SmolLM2"))) {
            return conversion.write(folder.resolve(name), ConversionListener.NONE);
        }
    }

    /** What transformers said; {@code make_greedy_golden.py} wrote it. */
    private record Reply(List<Integer> prompt, List<Integer> words) {}

    private static List<Reply> replies() throws IOException {
        try (InputStream in =
                Objects.requireNonNull(ConvertedTextIT.class.getResourceAsStream("smollm2-greedy.json"))) {
            return JsonTree.read(StrictJson.within(8, 1 << 20), in)
                    .fields()
                    .flatMap(fields -> fields.find("replies"))
                    .flatMap(JsonValue::items)
                    .orElseThrow()
                    .stream()
                    .map(JsonValue::fields)
                    .map(reply ->
                            new Reply(tokens(reply.orElseThrow(), "prompt"), tokens(reply.orElseThrow(), "reply")))
                    .toList();
        }
    }

    private static List<Integer> tokens(JsonValue.Fields reply, String name) {
        List<Integer> tokens = reply.find(name).flatMap(JsonValue::items).orElseThrow().stream()
                .map(token -> token.integer().orElseThrow().intValue())
                .toList();
        boolean ended = !tokens.isEmpty() && tokens.get(tokens.size() - 1) == END_OF_TURN;
        return ended ? tokens.subList(0, tokens.size() - 1) : tokens;
    }

    private static int[] array(List<Integer> tokens) {
        return tokens.stream().mapToInt(Integer::intValue).toArray();
    }

    /** Without a character that the last token cuts in two. */
    private static String whole(String text) {
        return text.endsWith("\ufffd") ? text.replaceAll("\ufffd+$", "") : text;
    }
}
