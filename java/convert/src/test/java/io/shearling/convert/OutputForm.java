package io.shearling.convert;

import io.shearling.convert.export.Export;
import io.shearling.convert.export.ExportOptions;
import io.shearling.convert.golden.CheckpointFixture;
import io.shearling.convert.golden.Golden;
import io.shearling.formats.gguf.SplitRule;
import io.shearling.formats.safetensors.SafetensorsType;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The ways to write something: each from a source of its own, into {@code out} of a folder. */
enum OutputForm {
    ONE_FILE("llama"),
    SEVERAL_FILES("llama"),
    MODEL_AND_ADAPTERS("jina-bert-v3"),
    LORA("lora/llama"),
    CHECKPOINT("llama");

    private final String fixture;

    OutputForm(String fixture) {
        this.fixture = fixture;
    }

    /** Writes what is converted below a folder; where it is. */
    Path source(Path folder) {
        CheckpointFixture files = new CheckpointFixture(Golden.named(fixture));
        return switch (this) {
            case ONE_FILE, SEVERAL_FILES, MODEL_AND_ADAPTERS -> files.write(folder, "full");
            case LORA -> {
                base(folder, Golden.named(fixture).text("base"));
                yield files.writeAdapter(folder);
            }
            case CHECKPOINT -> {
                try (Conversion conversion = Conversion.of(files.write(folder, "full"), ConversionOptions.DEFAULT)) {
                    yield conversion.write(folder.resolve("model.gguf"), ConversionListener.NONE);
                }
            }
        };
    }

    private static void base(Path folder, String config) {
        try {
            Files.writeString(folder.resolve("config.json"), config);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Converts it. */
    void write(Path source, Path out, ConversionListener listener) {
        ConversionOptions options = ConversionOptions.DEFAULT.withThreads(2);
        Path target = out.resolve("model.gguf");
        switch (this) {
            case ONE_FILE, MODEL_AND_ADAPTERS -> {
                try (Conversion conversion = Conversion.of(source, options)) {
                    conversion.write(target, listener);
                }
            }
            case SEVERAL_FILES -> {
                try (Conversion conversion = Conversion.of(source, options)) {
                    conversion.write(target, new SplitRule(8, 0, false), listener);
                }
            }
            case LORA -> {
                try (LoraConversion conversion =
                        LoraConversion.of(source, source.resolveSibling("config.json"), options)) {
                    conversion.write(target, listener);
                }
            }
            case CHECKPOINT -> {
                try (Export export = Export.of(source, new ExportOptions(SafetensorsType.BF16, 100_000))) {
                    export.write(out.resolve("model"), listener);
                }
            }
        }
    }

    /** What lies in a folder. */
    static List<String> names(Path folder) {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> String.valueOf(file.getFileName()))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
