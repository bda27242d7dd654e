package io.shearling.recipes.speed;

import io.shearling.formats.gguf.GgufFile;
import io.shearling.formats.gguf.TensorInfo;
import io.shearling.formats.model.ModelShape;
import io.shearling.formats.tensor.TensorType;
import io.shearling.recipes.RecipeException;
import io.shearling.recipes.RecipeException.Kind;
import io.shearling.runtime.measure.WeightProduct;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** What each tensor of a model adds to the time of a token, for any type that it may have. Not thread-safe. */
public final class TensorTimes {
    private static final String EMBEDDING = "token_embd.weight";
    private static final String OUTPUT = "output.weight";
    private static final String EXPERTS = "_exps";

    /** Rows of these are looked up and multiplied with nothing. */
    private static final Set<String> TABLES =
            Set.of("position_embd.weight", "token_types.weight", "per_layer_token_embd.weight");

    /** Weights of a product that is measured: beyond, the time grows with the rows. */
    private static final long MOST_ELEMENTS = 1L << 25;

    /** Multiplications of one with many tokens, half a second on a slow core. */
    private static final long MOST_MULTIPLICATIONS = 1L << 29;

    private static final long LEAST_ROWS = 256;

    private final String model;
    private final SpeedProfile profile;
    private final boolean tied;
    private final int usedExperts;

    private TensorTimes(String model, SpeedProfile profile, boolean tied, int usedExperts) {
        this.model = model;
        this.profile = profile;
        this.tied = tied;
        this.usedExperts = usedExperts;
    }

    /** The times of a model's tensors on the machine of a profile. */
    public static TensorTimes of(GgufFile model, SpeedProfile profile) {
        boolean tied =
                model.tensors().stream().noneMatch(tensor -> tensor.name().equals(OUTPUT));
        String architecture =
                model.metadata().findString("general.architecture").orElse("");
        long used = model.metadata()
                .findInteger(architecture + ".expert_used_count")
                .orElse(1);
        return new TensorTimes(
                model.path().toString(), profile, tied, (int) Math.max(1, Math.min(used, ModelShape.MAX_EXPERTS)));
    }

    /** The profile that the times come from. */
    public SpeedProfile profile() {
        return profile;
    }

    /** Seconds that a tensor of a type takes of each token that is generated. */
    public double generation(TensorInfo tensor, TensorType type) {
        return time(tensor, type, 1);
    }

    /** Seconds that a tensor of a type takes of each token of a prompt. */
    public double prompt(TensorInfo tensor, TensorType type) {
        return isOutput(tensor)
                ? time(tensor, type, 1) / SpeedProbe.PROMPT_TOKENS // only the last token is asked what follows
                : time(tensor, type, SpeedProbe.PROMPT_TOKENS) / SpeedProbe.PROMPT_TOKENS;
    }

    private boolean isOutput(TensorInfo tensor) {
        return tensor.name().equals(OUTPUT) || (tied && tensor.name().equals(EMBEDDING));
    }

    /**
     * Measures what is not known yet, and keeps it, also where it is interrupted on the way.
     *
     * @param types that a tensor may have
     * @throws RecipeException after an interrupt, which stays set
     */
    public void measure(List<TensorInfo> tensors, TypesOf types, Progress progress) {
        List<WeightProduct> wanted = tensors.stream()
                .flatMap(tensor -> types.of(tensor).stream().flatMap(type -> products(tensor, type).stream()))
                .distinct()
                .filter(product -> !profile.knows(product))
                .toList();
        int done = 0;
        try {
            for (WeightProduct product : wanted) {
                progress.measured(done, wanted.size());
                requireUninterrupted();
                profile.seconds(product);
                done++;
            }
        } finally {
            if (done > 0) {
                profile.save();
            }
        }
        if (done > 0) {
            progress.measured(done, done);
        }
    }

    private void requireUninterrupted() {
        if (Thread.currentThread().isInterrupted()) {
            throw new RecipeException(
                    Kind.CANCELLED,
                    model,
                    "the timing of its products was interrupted",
                    "start it again; what was measured is kept");
        }
    }

    /** The types that a tensor may have. */
    @FunctionalInterface
    public interface TypesOf {
        /** The types of this tensor. */
        List<TensorType> of(TensorInfo tensor);
    }

    /** Hears how many products are measured. */
    @FunctionalInterface
    public interface Progress {
        /** So many of so many. */
        void measured(int done, int all);
    }

    private List<WeightProduct> products(TensorInfo tensor, TensorType type) {
        Optional<WeightProduct> one = product(tensor, type, 1);
        Optional<WeightProduct> many =
                isOutput(tensor) ? Optional.empty() : product(tensor, type, SpeedProbe.PROMPT_TOKENS);
        return Stream.of(one, many).flatMap(Optional::stream).toList();
    }

    private double time(TensorInfo tensor, TensorType type, int tokens) {
        return product(tensor, type, tokens)
                .map(product -> profile.seconds(product) * tensor.shape().extent(1) / product.rows())
                .orElse(0.0);
    }

    /** The product with a tensor, or one with fewer rows; empty for what is multiplied with nothing. */
    private Optional<WeightProduct> product(TensorInfo tensor, TensorType type, int tokens) {
        long columns = tensor.shape().columns();
        long rows = tensor.shape().extent(1);
        long matrices = Math.max(1, tensor.shape().rows() / Math.max(1, rows));
        boolean table =
                TABLES.contains(tensor.name()) || (!tied && tensor.name().equals(EMBEDDING));
        if (table || rows < 1) {
            return Optional.empty();
        }
        // Other stacks are of heads, which all tokens are multiplied with.
        int used = (int) (tensor.name().contains(EXPERTS) ? Math.min(matrices, usedExperts) : matrices);
        long most = tokens == 1 ? MOST_ELEMENTS / columns : MOST_MULTIPLICATIONS / columns / tokens;
        // Whether there is a faster layout depends on the rows of the last round.
        long fewer = Math.max(LEAST_ROWS, most / used / LEAST_ROWS * LEAST_ROWS) + rows % LEAST_ROWS;
        return Optional.of(new WeightProduct(type, columns, Math.min(rows, fewer), (int) matrices, used, tokens));
    }
}
