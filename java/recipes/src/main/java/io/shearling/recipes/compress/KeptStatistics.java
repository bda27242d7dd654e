package io.shearling.recipes.compress;

import io.shearling.formats.json.JsonValue;
import io.shearling.recipes.Text;
import io.shearling.recipes.quantize.ColumnImportance;
import io.shearling.recipes.recipe.Artifact;
import io.shearling.recipes.statistics.BlockInfluence;
import io.shearling.recipes.statistics.ImportanceFile;
import io.shearling.recipes.statistics.Statistics;
import io.shearling.recipes.statistics.StatisticsOptions;
import io.shearling.recipes.statistics.TextChunks;
import io.shearling.runtime.Model;
import java.nio.file.Path;
import java.util.List;

/** Statistics of models over the text of the calibration, each collected once. */
final class KeptStatistics {
    private static final String IMPORTANCE = "importance.gguf";
    private static final String INFLUENCE = "influence";
    private static final int CHUNK_TOKENS = 512;

    /** Enough to see which layers do little. */
    private static final int INFLUENCE_CHUNKS = 8;

    private final Workspace workspace;
    private final Text text;
    private final int threads;
    private final Teller teller;

    KeptStatistics(Workspace workspace, Text text, int threads, Teller teller) {
        this.workspace = workspace;
        this.text = text;
        this.threads = threads;
        this.teller = teller;
    }

    /**
     * How much the columns of the weights matter.
     *
     * @param chunks of the text, or as many as there are; 0: all
     */
    ColumnImportance importance(Artifact model, int chunks) {
        String key = Checksum.of(
                "importance", Kernels.version(), model.key(), text.sha256(), text.name(), Integer.toString(chunks));
        Workspace.Work<ColumnImportance> work = new Workspace.Work<>() {
            @Override
            public JsonValue.Fields make(Path folder) {
                collect(model, chunks, "importance of columns").importance().write(folder.resolve(IMPORTANCE));
                return JsonValue.object("text", text.name());
            }

            @Override
            public ColumnImportance read(Path folder, JsonValue.Fields note) {
                // Named after the text, for the name stands in the model that is made with it.
                return ColumnImportance.of(ImportanceFile.of(folder.resolve(IMPORTANCE)), "over " + text.name());
            }
        };
        return workspace
                .once(key, work, teller.waiting("the importance of columns"))
                .value();
    }

    /** How much each layer turns the hidden state; none where the model's graph does not tell. */
    List<Double> influence(Artifact model) {
        String key = Checksum.of(INFLUENCE, Kernels.version(), model.key(), text.sha256());
        Workspace.Work<List<Double>> work = new Workspace.Work<>() {
            @Override
            public JsonValue.Fields make(Path folder) {
                List<Double> values = collect(model, INFLUENCE_CHUNKS, "influence of layers").blocks().stream()
                        .map(BlockInfluence::block)
                        .toList();
                boolean known = values.stream().allMatch(Double::isFinite);
                return JsonValue.object(INFLUENCE, known ? values : List.of());
            }

            @Override
            public List<Double> read(Path folder, JsonValue.Fields note) {
                return Notes.items(note, INFLUENCE).stream()
                        .map(each -> each.number().orElseThrow())
                        .toList();
            }
        };
        return workspace
                .once(key, work, teller.waiting("the influence of layers"))
                .value();
    }

    private Statistics collect(Artifact model, int chunks, String what) {
        try (Model loaded = Measuring.load(model.model())) {
            int there =
                    TextChunks.of(loaded, text, CHUNK_TOKENS, 0).first(chunks).count();
            StatisticsOptions how =
                    StatisticsOptions.DEFAULT.withChunks(CHUNK_TOKENS, there).withThreads(threads);
            return Statistics.collect(loaded, text, how, (done, all) -> teller.progress(what, "chunks", done, all));
        }
    }
}
