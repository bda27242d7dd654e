package io.shearling.convert.golden;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.shearling.convert.ConversionListener;
import io.shearling.convert.ConversionOptions;
import io.shearling.convert.ConvertException;
import io.shearling.convert.LoraConversion;
import io.shearling.convert.OutputType;
import io.shearling.formats.gguf.GgufFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Adapters against what upstream's converter writes: all keys, all tensors. */
class LoraGoldenTest {
    @TempDir
    private Path folder = Path.of("");

    private Path base(Golden golden) throws IOException {
        return Files.writeString(folder.resolve("config.json"), golden.text("base"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"llama", "llama-card", "qwen2", "mixtral", "gemma2", "activated", "rank-stabilized"})
    void convert_adapter_equalsUpstreams(String name) throws IOException {
        Golden golden = Golden.named("lora/" + name);
        Path adapter = new CheckpointFixture(golden).writeAdapter(folder);
        base(golden);
        for (Golden.Output expected : golden.outputs()) {
            ConversionOptions options = ConversionOptions.DEFAULT
                    .withType(OutputType.fromName(expected.type()).orElseThrow())
                    .asUpstream();
            Path target = folder.resolve(expected.type() + ".gguf");
            try (LoraConversion conversion = LoraConversion.of(adapter, folder, options)) {
                assertThat(conversion.write(target, ConversionListener.NONE)).isEqualTo(target);
            }
            try (GgufFile file = GgufFile.open(target)) {
                assertThat(new GgufText(file).keys()).containsExactlyElementsOf(GgufText.keys(expected.keys()));
                assertThat(new GgufText(file).tensors()).containsExactlyElementsOf(GgufText.rows(expected.tensors()));
            }
        }
    }

    /** alpha / √rank is what PEFT computes, and llama.cpp divides by the rank. */
    @Test
    void of_rankStabilized_scalesAlpha() throws IOException {
        Golden golden = Golden.named("lora/rank-stabilized");
        Path adapter = new CheckpointFixture(golden).writeAdapter(folder);
        try (LoraConversion conversion = LoraConversion.of(adapter, base(golden), ConversionOptions.DEFAULT)) {
            assertThat(conversion.metadata().number("adapter.lora.alpha")).isEqualTo(8 * Math.sqrt(4));
            assertThat(conversion.architecture()).isEqualTo("llama");
            assertThat(conversion.tensors()).hasSize(8);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"peft_type\": \"LORA\"|\"peft_type\": \"IA3\"|of the kind IA3",
                "\"fan_in_fan_out\": false|\"use_dora\": true|DoRA",
                "\"modules_to_save\": null|\"modules_to_save\": [\"lm_head\"]|modules_to_save",
                "\"fan_in_fan_out\": false|\"alpha_pattern\": {\"q_proj\": 4}|alpha_pattern",
                "\"lora_alpha\": 16|\"lora_beta\": 16|lora_alpha",
                "\"fan_in_fan_out\": false|\"invocation_string\": \"go\"|invocation_string"
            })
    void of_otherSettings_areRefused(String old, String other, String message) throws IOException {
        Golden golden = Golden.named("lora/llama");
        Path adapter = new CheckpointFixture(golden).writeAdapter(folder);
        Path config = adapter.resolve("adapter_config.json");
        assertThat(Files.readString(config)).contains(old);
        Files.writeString(config, Files.readString(config).replace(old, other));
        Path base = base(golden);
        assertThatThrownBy(() -> LoraConversion.of(adapter, base, ConversionOptions.DEFAULT))
                .isInstanceOf(ConvertException.class)
                .hasMessageContaining(message);
    }

    @ParameterizedTest
    @CsvSource({
        "k_proj.lora_A.weight, k_proj.lora_C.weight, is no factor",
        "k_proj.lora_A.weight, k_proj.lora_magnitude_vector, DoRA",
        "k_proj.lora_A.weight, x_proj.lora_A.weight, missing"
    })
    void of_otherTensors_areRefused(String old, String other, String message) throws IOException {
        Golden golden = Golden.named("lora/llama");
        Path adapter = new CheckpointFixture(golden).writeAdapter(folder);
        Path file = adapter.resolve("adapter_model.safetensors");
        byte[] bytes = Files.readAllBytes(file);
        String text = new String(bytes, StandardCharsets.ISO_8859_1);
        int header = (int) ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getLong();
        String changed = text.substring(8, 8 + header).replaceFirst(Pattern.quote(old), other);
        ByteBuffer out = ByteBuffer.allocate(8 + changed.length() + bytes.length - 8 - header)
                .order(ByteOrder.LITTLE_ENDIAN);
        out.putLong(changed.length())
                .put(changed.getBytes(StandardCharsets.ISO_8859_1))
                .put(bytes, 8 + header, bytes.length - 8 - header);
        Files.write(file, out.array());
        Path base = base(golden);
        assertThatThrownBy(() -> LoraConversion.of(adapter, base, ConversionOptions.DEFAULT))
                .isInstanceOf(ConvertException.class)
                .hasMessageContaining(message);
    }

    @Test
    void of_pickledAdapterAndMixOfTypes_areRefused() throws IOException {
        Golden golden = Golden.named("lora/llama");
        Path adapter = new CheckpointFixture(golden).writeAdapter(folder);
        Path base = base(golden);
        assertThatThrownBy(
                        () -> LoraConversion.of(adapter, base, ConversionOptions.DEFAULT.withType(OutputType.Q4_K_M)))
                .isInstanceOf(ConvertException.class)
                .hasMessageContaining("q8_0");
        Files.move(adapter.resolve("adapter_model.safetensors"), adapter.resolve("adapter_model.bin"));
        assertThatThrownBy(() -> LoraConversion.of(adapter, base, ConversionOptions.DEFAULT))
                .isInstanceOf(ConvertException.class)
                .hasMessageContaining("pickled");
    }
}
