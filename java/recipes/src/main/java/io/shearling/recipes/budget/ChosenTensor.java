package io.shearling.recipes.budget;

import io.shearling.formats.gguf.TensorInfo;
import io.shearling.formats.tensor.TensorType;
import java.util.List;

/**
 * A tensor that can be quantized, and the types to choose from.
 *
 * @param candidates one at least, those with fewer bits first
 * @param energy of what it puts out: the sum of the squares of its weights, each times the importance of its column. Tells tensors
 *     of one role from each other; 0 while errors are not known
 */
record ChosenTensor(TensorInfo info, List<Candidate> candidates, double energy) {
    /** A type that costs next to nothing in quality has at most so many bits: what is above is float. */
    private static final double NEARLY_LOSSLESS_BITS = 9;

    /** Copies the list. */
    ChosenTensor {
        candidates = List.copyOf(candidates);
    }

    String name() {
        return info.name();
    }

    long elements() {
        return info.shape().elements();
    }

    Candidate smallest() {
        return candidates.get(0);
    }

    Candidate largest() {
        return candidates.get(candidates.size() - 1);
    }

    /** The best type that is still quantized, q8_0 as a rule: beside it the loss of coarser ones is measured. */
    Candidate reference() {
        Candidate best = smallest();
        for (Candidate each : candidates) {
            if (each.type().bitsPerElement() <= NEARLY_LOSSLESS_BITS) {
                best = each;
            }
        }
        return best;
    }

    /** The type below the reference whose bits are nearest to so many; the reference where nothing is below. */
    Candidate probe(double bits) {
        Candidate reference = reference();
        Candidate best = reference;
        for (Candidate each : candidates) {
            boolean coarse = each.type().bitsPerElement() < reference.type().bitsPerElement();
            boolean nearer = best.equals(reference) || distance(each, bits) < distance(best, bits);
            if (coarse && Double.isFinite(each.error()) && nearer) {
                best = each;
            }
        }
        return best;
    }

    private static double distance(Candidate candidate, double bits) {
        return Math.abs(candidate.type().bitsPerElement() - bits);
    }

    /** The candidate of a type. */
    Candidate of(TensorType type) {
        return candidates.stream()
                .filter(candidate -> candidate.type() == type)
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(name() + " cannot become " + type.ggmlName() + "."));
    }

    boolean has(TensorType type) {
        return candidates.stream().anyMatch(candidate -> candidate.type() == type);
    }
}
