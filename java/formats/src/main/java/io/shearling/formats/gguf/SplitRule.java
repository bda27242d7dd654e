package io.shearling.formats.gguf;

import java.util.ArrayList;
import java.util.List;

/**
 * When a model is written over several files: the next tensor goes into a new one where it would be one too many, or would make the
 * tensors of this one too large together. The rules and the names of the files are llama.cpp's ({@code gguf-split}).
 *
 * @param tensors most tensors of a file; 0 for any number
 * @param bytes most bytes of a file's tensors, but one tensor is never cut; 0 for any number
 * @param headerFirst whether the first file has the metadata alone
 */
public record SplitRule(int tensors, long bytes, boolean headerFirst) {
    /** One file. */
    public static final SplitRule NONE = new SplitRule(0, 0, false);

    /** Checks the limits. */
    public SplitRule {
        if (tensors < 0 || bytes < 0) {
            throw new IllegalArgumentException("A file has at least 0 tensors and 0 bytes.");
        }
    }

    /** Which tensors go into which file. */
    List<List<PlannedTensor>> groups(List<PlannedTensor> planned) {
        List<List<PlannedTensor>> groups = new ArrayList<>();
        if (headerFirst && !equals(NONE)) {
            groups.add(List.of());
        }
        List<PlannedTensor> group = new ArrayList<>();
        long size = 0;
        for (PlannedTensor tensor : planned) {
            boolean full = (tensors > 0 && group.size() >= tensors)
                    || (bytes > 0 && Math.addExact(size, tensor.sizeBytes()) > bytes);
            if (full && !group.isEmpty()) {
                groups.add(group);
                group = new ArrayList<>();
                size = 0;
            }
            group.add(tensor);
            size = Math.addExact(size, tensor.sizeBytes());
        }
        groups.add(group);
        return groups;
    }
}
