package io.shearling.recipes.compress;

import io.shearling.formats.gguf.SplitRule;
import io.shearling.formats.json.JsonValue;
import io.shearling.formats.preset.QuantizationPreset;
import io.shearling.recipes.quantize.Quantization;
import io.shearling.recipes.quantize.QuantizationOptions;
import io.shearling.recipes.recipe.AnyImportance;
import io.shearling.recipes.recipe.Artifact;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Mixes of the original, quantized with the same text behind them and measured as the result is, each once. Their files go. */
final class Baselines {
    private static final String MODEL = "model.gguf";

    /** As many as a step reads by default. */
    private static final int IMPORTANCE_CHUNKS = 32;

    private final Artifact source;
    private final Workspace workspace;
    private final Measuring measuring;
    private final Optional<KeptStatistics> statistics;
    private final int threads;
    private final Teller teller;

    Baselines(
            Artifact source,
            Workspace workspace,
            Measuring measuring,
            Optional<KeptStatistics> statistics,
            int threads,
            Teller teller) {
        this.source = source;
        this.workspace = workspace;
        this.measuring = measuring;
        this.statistics = statistics;
        this.threads = threads;
        this.teller = teller;
    }

    /**
     * Those of these mixes, the largest first.
     *
     * @param textKey checksum of the text behind them; empty without one
     */
    List<BaselineModel> of(List<QuantizationPreset> mixes, String textKey) {
        return mixes.stream()
                .map(mix -> of(mix, textKey))
                .sorted(Comparator.comparingLong(BaselineModel::sizeBytes).reversed())
                .toList();
    }

    private BaselineModel of(QuantizationPreset mix, String textKey) {
        String name = mix.name().toLowerCase(Locale.ROOT);
        String key = Checksum.of("baseline", measuring.key(source, source), name, textKey);
        Workspace.Work<BaselineModel> work = new Workspace.Work<>() {
            @Override
            public JsonValue.Fields make(Path folder) {
                return made(mix, name, folder.resolve(MODEL));
            }

            @Override
            public BaselineModel read(Path folder, JsonValue.Fields note) {
                return new BaselineModel(
                        mix, (long) Notes.number(note, "sizeBytes"), Notes.figures(Notes.fields(note, "figures")));
            }
        };
        return workspace.once(key, work, teller.waiting("the baseline " + name)).value();
    }

    private JsonValue.Fields made(QuantizationPreset mix, String name, Path model) {
        try {
            quantize(mix, name, model);
            return JsonValue.object(
                    "sizeBytes",
                    Files.size(model),
                    "figures",
                    Notes.of(measuring.of(model, teller.chunks("measuring baseline " + name))));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            remove(model);
        }
    }

    /**
     * Refuses mixes that the original cannot have, by its headers.
     *
     * @param importance whether it is collected
     */
    static void require(List<QuantizationPreset> mixes, Path original, boolean importance) {
        for (QuantizationPreset mix : mixes) {
            QuantizationOptions plain = QuantizationOptions.of(mix).withRequantize();
            Quantization.of(original, importance ? plain.withImportance(AnyImportance.of(original)) : plain)
                    .close();
        }
    }

    private void quantize(QuantizationPreset mix, String name, Path model) {
        QuantizationOptions plain = QuantizationOptions.of(mix).withRequantize().withThreads(threads);
        QuantizationOptions options = statistics
                .map(kept -> plain.withImportance(kept.importance(source, IMPORTANCE_CHUNKS)))
                .orElse(plain);
        try (Quantization quantization = Quantization.of(source.model(), options)) {
            quantization.write(
                    model, SplitRule.NONE, (done, all) -> teller.progress("baseline " + name, "bytes", done, all));
        }
    }

    private static void remove(Path model) {
        try {
            Files.deleteIfExists(model);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
