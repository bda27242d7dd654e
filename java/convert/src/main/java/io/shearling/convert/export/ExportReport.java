package io.shearling.convert.export;

import java.nio.file.Path;
import java.util.List;

/**
 * What came of an export.
 *
 * @param folder the checkpoint
 * @param files the files of tensors, in order
 * @param notes what the checkpoint does not say as the GGUF file did, a sentence each
 */
public record ExportReport(Path folder, List<String> files, List<String> notes) {
    /** Copies the lists. */
    public ExportReport {
        files = List.copyOf(files);
        notes = List.copyOf(notes);
    }
}
