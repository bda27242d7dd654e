package io.shearling.recipes.quantize;

import io.shearling.recipes.CalibrationTexts;
import io.shearling.recipes.Text;
import io.shearling.recipes.statistics.Importance;
import io.shearling.recipes.statistics.ImportanceFile;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * How much an error in each column of a weight matters: the mean square of what the column is multiplied with, as llama-imatrix
 * collects it. Immutable, but for the arrays, which nobody writes to.
 */
public final class ColumnImportance {
    private final String file;
    private final List<String> texts;
    private final int chunks;
    private final CalibrationTexts calibration;
    private final Map<String, float[]> values;

    /**
     * Importance values from a file.
     *
     * @param file where they come from, for messages and for the keys of the output
     * @param texts names of the texts that they were collected over
     * @param chunks of those texts; 0: not known
     * @param values by the name of the weight: [experts, columns], one expert where it has none
     */
    public ColumnImportance(String file, List<String> texts, int chunks, Map<String, float[]> values) {
        this(file, texts, chunks, CalibrationTexts.NONE, values);
    }

    private ColumnImportance(
            String file, List<String> texts, int chunks, CalibrationTexts calibration, Map<String, float[]> values) {
        this.calibration = calibration;
        this.file = file;
        this.texts = List.copyOf(texts);
        this.chunks = chunks;
        this.values = Map.copyOf(values);
    }

    /**
     * Reads an importance matrix.
     *
     * @throws io.shearling.recipes.RecipeException when it is missing, damaged or none
     */
    public static ColumnImportance of(Path file) {
        return of(ImportanceFile.of(file), file.toString());
    }

    /** The values of an importance matrix that is or will be in this file. */
    public static ColumnImportance of(ImportanceFile matrix, String file) {
        Map<String, float[]> values =
                matrix.tensors().stream().collect(Collectors.toMap(Importance::tensor, Importance::meanSquares));
        return new ColumnImportance(file, matrix.datasets(), matrix.chunkCount(), matrix.texts(), values);
    }

    /** Where they come from. */
    public String file() {
        return file;
    }

    /** Names of the texts that they were collected over. */
    public List<String> texts() {
        return texts;
    }

    /** How many chunks of those; 0 when that is not known. */
    public int chunks() {
        return chunks;
    }

    /** Those texts, where the file has their checksums. */
    public CalibrationTexts calibration() {
        return calibration;
    }

    /** The weights that there are values for. */
    public Set<String> tensors() {
        return values.keySet();
    }

    /** The values of a weight: [experts, columns]. */
    public Optional<float[]> values(String tensor) {
        return Optional.ofNullable(values.get(tensor));
    }

    /** A number that is another one for other values, as good as always. */
    public int digest() {
        return values.entrySet().stream()
                .mapToInt(entry -> entry.getKey().hashCode() ^ Arrays.hashCode(entry.getValue()))
                .sum();
    }

    /** The same where another text was seen too. */
    public ColumnImportance seen(Text text) {
        return new ColumnImportance(file, texts, chunks, calibration.and(CalibrationTexts.of(text)), values);
    }

    /** Those of the weights with certain names. */
    public ColumnImportance only(Predicate<String> tensor) {
        return new ColumnImportance(
                file,
                texts,
                chunks,
                calibration,
                values.entrySet().stream()
                        .filter(entry -> tensor.test(entry.getKey()))
                        .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue)));
    }
}
