package io.shearling.runtime.diagnosis;

import io.shearling.formats.gguf.GgufException;
import io.shearling.formats.gguf.GgufFile;
import io.shearling.formats.model.ModelShape;
import io.shearling.formats.model.ModelSummary;
import io.shearling.formats.tensor.TensorType;
import io.shearling.runtime.bridge.Backends;
import io.shearling.runtime.bridge.Probe;
import io.shearling.runtime.bridge.ProcessLimits;
import io.shearling.runtime.error.ErrorCode;
import io.shearling.runtime.error.ShearlingException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A model file on this machine. Immutable.
 *
 * @param file the file, of a split model the first part
 * @param architecture what it says it is; empty where it cannot be read
 * @param supported whether this llama.cpp computes that architecture; false also where native code does not load
 * @param memory what it needs; empty for a file without layers
 * @param trial what a process of its own found out; empty where it could not be asked
 * @param problems a sentence for each thing that does not work: what, why, and the remedy
 */
public record ModelDiagnosis(
        Path file,
        Optional<String> architecture,
        boolean supported,
        Optional<Memory> memory,
        Optional<Trial> trial,
        List<String> problems) {
    private static final int USUAL_CONTEXT = 4096;

    /** Copies the list. */
    public ModelDiagnosis {
        problems = List.copyOf(problems);
    }

    /**
     * Memory in bytes.
     *
     * @param contextTokens the context that is chosen where nobody says
     * @param weights all tensors, mapped from the file: the system can drop and read them again
     * @param context keys and values of that context in F16, at most
     * @param available what can be had now; -1 where nobody tells
     */
    public record Memory(int contextTokens, long weights, long context, long available) {
        /** A context is made smaller where it would take more than half of what can be had. */
        public boolean contextFits() {
            return available < 0 || context <= available / 2;
        }

        /** Whether the weights can stay in memory beside the context. */
        public boolean weightsFit() {
            return available < 0 || context <= available - weights;
        }
    }

    /**
     * The probe's answer.
     *
     * @param modelFault why the model cannot be used; empty when it can
     * @param templateFault why its chat template cannot be used; empty when it can
     * @param kept whether the answer is from an earlier time
     */
    public record Trial(String modelFault, String templateFault, boolean kept) {}

    /** Looks at a file; tries it in a process of its own when nobody has. Throws for an interrupt alone. */
    public static ModelDiagnosis of(Path path) {
        List<String> problems = new ArrayList<>();
        try (GgufFile file = GgufFile.open(path)) {
            ModelSummary summary = ModelSummary.of(file);
            boolean supported = supports(path, summary.architecture().orElse(""), problems);
            Optional<Memory> memory = summary.shape().map(shape -> memory(file, shape, supported));
            memory.filter(needs -> !needs.contextFits())
                    .ifPresent(
                            needs -> problems.add(
                                    "a context of " + needs.contextTokens() + " tokens of " + path
                                            + " takes more than half of the memory that can be had: free memory, or ask for a smaller one"));
            Optional<Trial> trial = supported ? attempt(file, problems) : Optional.empty();
            return new ModelDiagnosis(path, summary.architecture(), supported, memory, trial, problems);
        } catch (GgufException e) {
            if (Thread.currentThread().isInterrupted()) {
                throw new ShearlingException(ErrorCode.CANCELLED, "reading " + path + " was interrupted", e);
            }
            problems.add(String.valueOf(e.getMessage()));
            return new ModelDiagnosis(path, Optional.empty(), false, Optional.empty(), Optional.empty(), problems);
        }
    }

    private static boolean supports(Path path, String architecture, List<String> problems) {
        try {
            if (Backends.architectures().contains(architecture)) {
                return true;
            }
            problems.add(path + " is of the architecture \"" + architecture + "\", which llama.cpp "
                    + Backends.llamaVersion() + " does not know: take another model");
        } catch (ShearlingException e) {
            problems.add(path + " cannot be loaded: " + e.getMessage());
        }
        return false;
    }

    private static Memory memory(GgufFile file, ModelShape shape, boolean nativesLoad) {
        int tokens = Math.min(shape.contextLength(), USUAL_CONTEXT);
        return new Memory(
                tokens,
                file.sizeBytes(),
                shape.kvCacheBytes(tokens, TensorType.F16, TensorType.F16),
                nativesLoad ? ProcessLimits.now().memoryAvailable() : -1);
    }

    private static Optional<Trial> attempt(GgufFile file, List<String> problems) {
        if (Probe.isOff()) {
            return Optional.empty();
        }
        Optional<Probe> known = Probe.known(file.parts());
        try {
            Probe probe = known.orElseGet(() -> Probe.of(file.parts()));
            if (!probe.modelFault().isEmpty()) {
                problems.add(file.path() + " cannot be used: " + probe.modelFault() + "; fetch or convert it again");
            }
            if (!probe.templateFault().isEmpty()) {
                problems.add("the chat template of " + file.path() + " cannot be used: " + probe.templateFault()
                        + "; complete texts without it, or convert the model again");
            }
            return Optional.of(new Trial(probe.modelFault(), probe.templateFault(), known.isPresent()));
        } catch (ShearlingException e) {
            if (e.code() == ErrorCode.CANCELLED) {
                throw e;
            }
            problems.add(String.valueOf(e.getMessage()));
            return Optional.empty();
        }
    }
}
