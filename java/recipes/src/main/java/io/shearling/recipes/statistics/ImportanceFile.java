package io.shearling.recipes.statistics;

import io.shearling.formats.gguf.GgufFile;
import io.shearling.formats.gguf.TensorInfo;
import io.shearling.recipes.CalibrationTexts;
import io.shearling.recipes.RecipeException;
import io.shearling.recipes.RecipeException.Kind;
import java.nio.file.Path;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * An importance matrix: the importance of a model's weights over some text, as {@code llama-imatrix} writes it and {@code
 * llama-quantize} reads it.
 *
 * <p>The file is a GGUF file of type {@code imatrix}; the binary form that was before it ({@code .dat}) is read too. A legacy file
 * counts chunks, not tokens: its means are right, its counts are small. Immutable and thread-safe.
 *
 * <pre>{@code
 * float[] weights = ImportanceFile.of(path).find("blk.0.attn_q.weight").orElseThrow().meanSquares();
 * }</pre>
 */
public final class ImportanceFile {
    /** Of no text and no weights. */
    public static final ImportanceFile EMPTY = new ImportanceFile(List.of(), 0, 0, List.of());

    private final List<String> datasets;
    private final int chunkCount;
    private final int chunkSize;
    private final Map<String, Importance> tensors;
    private final CalibrationTexts texts;

    /**
     * An importance matrix with these values.
     *
     * @param datasets names of the texts
     * @param chunkCount chunks of text that were seen
     * @param chunkSize tokens of a chunk, 0 when that is not known
     * @param tensors the importance of each weight, at most one a name
     */
    public ImportanceFile(List<String> datasets, int chunkCount, int chunkSize, Collection<Importance> tensors) {
        this(datasets, chunkCount, chunkSize, tensors, CalibrationTexts.NONE);
    }

    ImportanceFile(
            List<String> datasets,
            int chunkCount,
            int chunkSize,
            Collection<Importance> tensors,
            CalibrationTexts texts) {
        this.texts = texts;
        this.datasets = List.copyOf(datasets);
        this.chunkCount = chunkCount;
        this.chunkSize = chunkSize;
        this.tensors = new LinkedHashMap<>();
        // In order of the names, as upstream writes them.
        Map<String, Importance> sorted = new TreeMap<>();
        for (Importance each : tensors) {
            if (sorted.put(each.tensor(), each) != null) {
                throw new IllegalArgumentException("There are two importances of " + each.tensor() + ".");
            }
        }
        this.tensors.putAll(sorted);
    }

    /**
     * Reads a file, GGUF or legacy.
     *
     * @throws RecipeException when it is missing, damaged, no importance matrix, or has a value that is not finite; the tensor
     *     is named
     */
    public static ImportanceFile of(Path file) {
        return ImportanceReader.read(file);
    }

    /**
     * Writes the GGUF file, in place of one that may be there.
     *
     * @return the file
     * @throws io.shearling.formats.gguf.GgufException when the disk fails or has too little room
     */
    public Path write(Path file) {
        return ImportanceWriter.write(this, file);
    }

    /** Names of the texts that were read. */
    public List<String> datasets() {
        return datasets;
    }

    /** How many chunks of text were seen. */
    public int chunkCount() {
        return chunkCount;
    }

    /** Tokens of a chunk; 0 when the file does not say. */
    public int chunkSize() {
        return chunkSize;
    }

    /**
     * The texts that the statistics were collected over: what is measured on them would look too good. None where the file does not
     * say, as those of {@code llama-imatrix}.
     */
    public CalibrationTexts texts() {
        return texts;
    }

    /** The importance of each weight, in order of their names. */
    public List<Importance> tensors() {
        return List.copyOf(tensors.values());
    }

    /** The importance of a weight, by its name. */
    public Optional<Importance> find(String tensor) {
        return Optional.ofNullable(tensors.get(tensor));
    }

    /**
     * Refuses statistics of another model: each name must be a tensor of this one, with as many columns and matrices.
     *
     * @throws RecipeException that names the first tensor that does not fit
     */
    public void requireFits(GgufFile model) {
        for (Importance each : tensors.values()) {
            TensorInfo tensor = model.tensor(each.tensor()).orElseThrow(() -> unfit(each, model, "has no such tensor"));
            long expected = tensor.shape().columns()
                    * tensor.shape().extent(2)
                    * tensor.shape().extent(3);
            if (expected != each.size()) {
                throw unfit(each, model, "has " + expected + " columns there, and the statistics have " + each.size());
            }
        }
    }

    private static RecipeException unfit(Importance importance, GgufFile model, String cause) {
        return new RecipeException(
                Kind.STATISTICS,
                importance.tensor(),
                "the model " + model.path().getFileName() + " " + cause,
                "these are the statistics of another model: collect them from this one");
    }
}
