package io.shearling.recipes.budget;

import io.shearling.recipes.RecipeException;
import io.shearling.recipes.RecipeException.Kind;
import io.shearling.recipes.evaluate.Estimate;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A file with what groups were measured to do, for other budgets of the same model: a line of text for each, behind one with a checksum
 * of what they depend on.
 */
final class SensitivityFile {
    private static final String HEAD = "shearling sensitivities 2 ";
    private static final String REFERENCE = "reference";

    /** Divergence, its error, the weights' error. */
    private static final int FIGURES = 3;

    private final Path file;
    private final String key;

    /**
     * A file.
     *
     * @param key checksum of what the measurements depend on
     */
    SensitivityFile(Path file, String key) {
        this.file = file;
        this.key = key;
    }

    /**
     * The measurements of these groups; empty where the file is not there.
     *
     * @throws RecipeException when it is broken, or of another model, text or importance
     */
    Optional<Sensitivities> read(List<Group> groups) {
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        try {
            List<String> lines = Files.readAllLines(file);
            if (lines.isEmpty() || !lines.get(0).startsWith(HEAD)) {
                throw refused("it has no sensitivities");
            }
            if (!lines.get(0).equals(HEAD + key)) {
                throw refused("it is of another model, text, importance or coarseness");
            }
            Map<String, double[]> found = new HashMap<>();
            for (String line : lines.subList(1, lines.size())) {
                String[] fields = line.split(" ", -1);
                int names = fields.length - FIGURES;
                double[] figures = new double[FIGURES];
                for (int i = 0; i < FIGURES; i++) {
                    figures[i] = Double.parseDouble(fields[names + i]);
                }
                found.put(String.join(" ", List.of(fields).subList(0, names)), figures);
            }
            double[] reference = found(found, REFERENCE);
            List<Sensitivity> all = new ArrayList<>();
            for (Group group : groups) {
                double[] figures = found(found, name(group));
                all.add(new Sensitivity(group, new Estimate(figures[0], figures[1]), figures[2]));
            }
            return Optional.of(new Sensitivities(new Estimate(reference[0], reference[1]), all));
        } catch (NumberFormatException | IndexOutOfBoundsException e) {
            throw refused("it is damaged");
        } catch (IOException e) {
            throw new RecipeException(Kind.IO, file.toString(), "it cannot be read (" + e + ")", "remove it", e);
        }
    }

    private double[] found(Map<String, double[]> all, String name) {
        double[] figures = all.get(name);
        if (figures == null) {
            throw refused("it lacks " + name);
        }
        return figures;
    }

    private RecipeException refused(String cause) {
        return new RecipeException(Kind.STATISTICS, file.toString(), cause, "remove it, or name another");
    }

    /** Writes the measurements in place of others. */
    void write(Sensitivities measured) {
        List<String> lines = new ArrayList<>(List.of(HEAD + key));
        Estimate whole = measured.reference();
        lines.add(REFERENCE + " " + whole.value() + " " + whole.error() + " 0");
        measured.groups()
                .forEach(each -> lines.add(name(each.group()) + " " + each.kl().value() + " "
                        + each.kl().error() + " " + each.error()));
        Path beside = file.resolveSibling(file.getFileName() + ".part");
        try {
            try {
                Files.write(beside, lines);
                Files.move(beside, file, StandardCopyOption.REPLACE_EXISTING);
            } finally {
                Files.deleteIfExists(beside);
            }
        } catch (IOException e) {
            throw new RecipeException(
                    Kind.IO, file.toString(), "it cannot be written (" + e + ")", "name another place", e);
        }
    }

    /** What stands before the figures of a group. */
    static String name(Group group) {
        return group.role() + " " + group.firstBlock() + " " + group.lastBlock();
    }
}
