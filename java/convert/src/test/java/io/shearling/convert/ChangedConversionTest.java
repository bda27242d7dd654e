package io.shearling.convert;

import static org.assertj.core.api.Assertions.assertThat;

import io.shearling.convert.golden.CheckpointFixture;
import io.shearling.convert.golden.Golden;
import io.shearling.formats.gguf.SplitRule;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a crash leaves of a conversion is of no use to one that makes another file. */
class ChangedConversionTest {
    private static final ConversionOptions OPTIONS = ConversionOptions.DEFAULT.withThreads(2);
    private static final int WRITTEN = 9;

    @TempDir
    private Path folder = Path.of("");

    private Path out = Path.of("");
    private Path target = Path.of("");
    private Path scratch = Path.of("");

    @BeforeEach
    void makeFolders() throws IOException {
        out = Files.createDirectory(folder.resolve("out"));
        target = out.resolve("model.gguf");
        scratch = Files.createDirectory(folder.resolve("scratch"));
    }

    private void leave(Path source, ConversionOptions options) {
        try (Conversion conversion = Conversion.of(source, options)) {
            StoppedConversion.of(conversion).leave(WRITTEN, out, SplitRule.NONE, scratch);
        }
    }

    private void assertBeginsAnew(Path source, ConversionOptions options) {
        try (Conversion conversion = Conversion.of(source, options)) {
            FirstProgress first = new FirstProgress();
            conversion.write(target, first);
            assertThat(first.done()).isZero();
            assertThat(OutputForm.names(out)).containsExactly("model.gguf");
            Path undisturbed = conversion.write(folder.resolve("undisturbed.gguf"), ConversionListener.NONE);
            assertThat(target).hasSameBinaryContentAs(undisturbed);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"model.safetensors", "config.json"})
    void write_sourceOfAnotherTime_beginsAnew(String file) throws IOException {
        Path source = OutputForm.ONE_FILE.source(folder);
        leave(source, OPTIONS);
        Files.setLastModifiedTime(source.resolve(file), FileTime.fromMillis(1));
        assertBeginsAnew(source, OPTIONS);
    }

    @Test
    void write_sourceOfAnotherSize_beginsAnew() throws IOException {
        Path source = OutputForm.ONE_FILE.source(folder);
        leave(source, OPTIONS);
        Path tensors = source.resolve("model.safetensors");
        FileTime before = Files.getLastModifiedTime(tensors);
        padHeader(tensors);
        Files.setLastModifiedTime(tensors, before);
        assertBeginsAnew(source, OPTIONS);
    }

    /** Eight spaces behind the header, which change nothing but places. */
    private static void padHeader(Path tensors) throws IOException {
        ByteBuffer old = ByteBuffer.wrap(Files.readAllBytes(tensors)).order(ByteOrder.LITTLE_ENDIAN);
        byte[] header = new byte[(int) old.getLong()];
        old.get(header);
        ByteBuffer padded = ByteBuffer.allocate(old.capacity() + 8)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(header.length + 8)
                .put(header)
                .put(" ".repeat(8).getBytes(StandardCharsets.US_ASCII))
                .put(old);
        Files.write(tensors, padded.array());
    }

    @Test
    void write_anotherType_beginsAnew() {
        Path source = OutputForm.ONE_FILE.source(folder);
        leave(source, OPTIONS.withType(OutputType.F16));
        assertBeginsAnew(source, OPTIONS.withType(OutputType.BF16));
    }

    @Test
    void write_anotherName_beginsAnew() {
        Path source = OutputForm.ONE_FILE.source(folder);
        leave(source, OPTIONS.withName("One"));
        assertBeginsAnew(source, OPTIONS.withName("Two"));
    }

    /** The two files have the same header: only the weights tell them apart. */
    @Test
    void write_upstreamsFaultsRepaired_beginsAnew() throws IOException {
        Golden golden = Golden.named("llama-bitnet");
        ConversionOptions options = golden.options();
        Path source = new CheckpointFixture(golden).write(folder, "full");
        Path config = source.resolve("config.json");
        Files.writeString(
                config,
                Files.readString(config).replace("\"bitnet\"", "\"bitnet\", \"linear_class\": \"autobitlinear\""));
        try (Conversion one = Conversion.of(source, options);
                Conversion other = Conversion.of(source, options.asUpstream())) {
            assertThat(one.metadata()).isEqualTo(other.metadata());
        }
        leave(source, options.asUpstream());
        assertBeginsAnew(source, options);
    }

    /** In which order rows go is a matter of the base model's heads, and the adapter's file says nothing of it. */
    @Test
    void write_adapterOfAnotherBase_beginsAnew() throws IOException {
        Path adapter = OutputForm.LORA.source(folder);
        Path base = folder.resolve("config.json");
        try (LoraConversion conversion = LoraConversion.of(adapter, base, OPTIONS)) {
            new StoppedConversion(conversion.source(), conversion.metadata(), conversion.tensors())
                    .leave(WRITTEN, out, SplitRule.NONE, scratch);
        }
        FirstProgress same = new FirstProgress();
        Path copy = Files.createDirectory(folder.resolve("copy"));
        StoppedConversion.copy(out, copy);
        try (LoraConversion conversion = LoraConversion.of(adapter, base, OPTIONS)) {
            conversion.write(copy.resolve("model.gguf"), same);
        }
        assertThat(same.done()).isPositive();
        Files.writeString(
                base, Files.readString(base).replaceFirst("\"num_attention_heads\": 4", "\"num_attention_heads\": 2"));
        FirstProgress changed = new FirstProgress();
        try (LoraConversion conversion = LoraConversion.of(adapter, base, OPTIONS)) {
            conversion.write(target, changed);
        }
        assertThat(changed.done()).isZero();
    }
}
