package io.shearling.convert.general;

import io.shearling.convert.architecture.Draft;
import java.util.List;

/**
 * The parameters of a model.
 *
 * @param total all
 * @param shared those that belong to no expert
 * @param expert those of one expert
 * @param experts how many experts there are, 0 without
 */
public record ParameterCount(long total, long shared, long expert, long experts) {
    /** Counts the parameters of an output. */
    public static ParameterCount of(List<Draft> tensors) {
        long total = 0;
        long shared = 0;
        long expert = 0;
        long experts = 0;
        long stacks = 0;
        for (Draft tensor : tensors) {
            long size = tensor.elements();
            int rank = tensor.shape().size();
            total += size;
            if (tensor.name().contains("_exps.") && rank >= 3) {
                long count = tensor.shape().get(rank - (tensor.name().contains(".bias") ? 2 : 3));
                expert += size / count;
                experts += count;
                stacks++;
            } else {
                shared += size;
            }
        }
        return new ParameterCount(total, shared, expert, stacks == 0 ? 0 : experts / stacks);
    }
}
