package io.shearling.convert.architecture;

import io.shearling.convert.ConvertException;
import io.shearling.convert.ConvertException.Kind;
import io.shearling.convert.checkpoint.ModelConfig;
import java.util.Comparator;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** The architectures that can be converted. */
public final class Architectures {
    /**
     * A family is described when it is asked for: all of them take a third of a second of a JVM that has just started.
     */
    private static final List<Supplier<List<Architecture>>> FAMILIES = List.of(
            () -> Llamas.ALL,
            () -> Mistrals.ALL,
            () -> Granites.ALL,
            () -> Qwens.ALL,
            () -> LinearQwens.ALL,
            () -> Olmos.ALL,
            () -> Gemmas.ALL,
            () -> Phis.ALL,
            () -> GptOss.ALL,
            () -> Gpts.ALL,
            () -> Falcons.ALL,
            () -> StableLms.ALL,
            () -> Nemotrons.ALL,
            () -> Exaones.ALL,
            () -> Coheres.ALL,
            () -> Glms.ALL,
            () -> Hunyuans.ALL,
            () -> Ernies.ALL,
            () -> MiniCpms.ALL,
            () -> DeepSeeks.ALL,
            () -> Mambas.ALL,
            () -> FalconH1.ALL,
            () -> Lfms.ALL,
            () -> Decoders.ALL,
            () -> Berts.ALL,
            () -> ModernBerts.ALL,
            () -> NomicBerts.ALL,
            () -> JinaBerts.ALL);

    private Architectures() {}

    /** The names of the model classes that are known. */
    public static List<String> models() {
        return all().flatMap(architecture -> architecture.models().stream())
                .distinct()
                .toList();
    }

    /** Their families are described when the stream comes to them. */
    static Stream<Architecture> all() {
        return FAMILIES.stream().flatMap(family -> family.get().stream());
    }

    /**
     * The one of this configuration.
     *
     * @throws ConvertException when none is known, with the nearest that is
     */
    public static Architecture of(ModelConfig config) {
        String model = config.architecture();
        // A class can be of one architecture or another by its configuration.
        return all().filter(architecture -> architecture.models().contains(model) && architecture.describes(config))
                .findFirst()
                .orElseThrow(() -> new ConvertException(
                        Kind.ARCHITECTURE,
                        config.file(),
                        "models of the class " + shown(model) + " cannot be converted",
                        "the nearest class that can is " + nearest(model)));
    }

    private static String shown(String model) {
        return model.length() <= 80 ? model : model.substring(0, 80) + "…";
    }

    private static String nearest(String model) {
        return models().stream()
                .min(Comparator.comparingInt(known -> distance(shown(model), known)))
                .orElseThrow();
    }

    /** Levenshtein's distance: letters to insert, delete or exchange. */
    private static int distance(String one, String other) {
        int[] row = new int[other.length() + 1];
        for (int j = 0; j < row.length; j++) {
            row[j] = j;
        }
        for (int i = 1; i <= one.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j < row.length; j++) {
                int exchanged = diagonal + (one.charAt(i - 1) == other.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(exchanged, 1 + Math.min(row[j], row[j - 1]));
            }
        }
        return row[other.length()];
    }
}
