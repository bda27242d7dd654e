package io.shearling.convert;

import io.shearling.formats.gguf.GgufMetadata;
import java.nio.file.Path;
import java.util.List;

/**
 * A LoRA adapter that is part of a checkpoint and becomes a file of its own, beside that of the model.
 *
 * @param name of its task
 * @param metadata every key of its file
 * @param tensors every tensor of its file, in order
 */
public record Adapter(String name, GgufMetadata metadata, List<PlannedTensor> tensors) {
    /** Copies the list. */
    public Adapter {
        tensors = List.copyOf(tensors);
    }

    /** Its file where the model's is this: {@code lora-TASK-FILE}, as upstream names it. */
    public Path beside(Path model) {
        return model.resolveSibling("lora-" + name + "-" + model.getFileName());
    }
}
