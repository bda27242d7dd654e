package io.shearling.it.recipes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.shearling.formats.gguf.GgufFile;
import io.shearling.recipes.CalibrationTexts;
import io.shearling.recipes.Text;
import io.shearling.recipes.statistics.Importance;
import io.shearling.recipes.statistics.ImportanceFile;
import io.shearling.recipes.statistics.Statistics;
import io.shearling.recipes.statistics.StatisticsListener;
import io.shearling.recipes.statistics.StatisticsOptions;
import io.shearling.runtime.Model;
import io.shearling.testkit.TinyModels;
import io.shearling.testkit.fixture.Fixtures;
import io.shearling.testkit.reference.ReferenceTools;
import io.shearling.testkit.text.Corpus;
import io.shearling.testkit.text.Part;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The importance matrix of a real text is that of llama-imatrix. */
class StatisticsReferenceIT {
    private static final Duration LIMIT = Duration.ofMinutes(4);
    private static final double MOST_DIFFERENCE = 1e-4;
    private static final int CHUNKS = 2;

    @TempDir
    private Path folder = Path.of("");

    /** The base of all figures, over a real text. */
    @Test
    void collect_ofTheTwin_equalsLlamaImatrix() {
        compare(Fixtures.twin(), Corpus.SPEECHES.path(Part.CALIBRATION), CHUNKS, false);
    }

    /** Experts have a count each, and the output matrix is its own. */
    @Test
    void collect_ofExpertsWithTheOutput_equalsLlamaImatrix() {
        Path text = Corpus.ENCYCLOPEDIA.path(Part.CALIBRATION);
        ImportanceFile file = compare(TinyModels.in(folder).experts(1), text, 4 * CHUNKS, true);
        assertThat(file.find("blk.0.ffn_down_exps.weight").orElseThrow().counts())
                .hasSize(4)
                .doesNotContain(4 * CHUNKS * 512);
        assertThat(file.find("output.weight")).isPresent();
    }

    /** What was collected, after it was compared. */
    private ImportanceFile compare(Path model, Path text, int chunks, boolean processOutput) {
        Path theirs = folder.resolve("theirs.gguf");
        List<String> arguments = new ArrayList<>(List.of("-m", model.toString(), "-f", text.toString()));
        arguments.addAll(List.of("-o", theirs.toString(), "--chunks", Integer.toString(chunks)));
        arguments.addAll(List.of("--no-ppl", "-t", "2"));
        if (processOutput) {
            arguments.add("--process-output");
        }
        ReferenceTools.find().run("llama-imatrix", LIMIT, arguments.toArray(String[]::new));
        Path ours;
        try (Model loaded = Model.load(model)) {
            Statistics statistics = Statistics.collect(
                    loaded,
                    Text.read(text),
                    new StatisticsOptions(512, chunks, processOutput, 0),
                    StatisticsListener.NONE);
            ours = statistics.importance().write(folder.resolve("ours.gguf"));
        }
        try (GgufFile a = GgufFile.open(ours);
                GgufFile b = GgufFile.open(theirs)) {
            // Ours says in one key more which text it was.
            assertThat(a.metadata().toBuilder().remove(CalibrationTexts.KEY).build())
                    .isEqualTo(b.metadata());
            assertThat(shapes(a)).isEqualTo(shapes(b));
        }
        ImportanceFile result = ImportanceFile.of(ours);
        requireClose(result, ImportanceFile.of(theirs));
        return result;
    }

    /** Names and shapes in their order, without the sums that are ours alone. */
    private static List<String> shapes(GgufFile file) {
        return file.tensors().stream()
                .filter(tensor -> !tensor.name().endsWith(".in_sum"))
                .map(tensor -> tensor.name() + " " + tensor.shape())
                .toList();
    }

    private static void requireClose(ImportanceFile ours, ImportanceFile theirs) {
        for (Importance each : theirs.tensors()) {
            Importance our = ours.find(each.tensor()).orElseThrow();
            assertThat(our.counts()).isEqualTo(each.counts());
            float[] a = our.squares();
            float[] b = each.squares();
            for (int i = 0; i < b.length; i++) {
                assertThat((double) a[i])
                        .as("%s column %d", each.tensor(), i)
                        .isCloseTo(b[i], within(MOST_DIFFERENCE * b[i]));
            }
        }
    }
}
