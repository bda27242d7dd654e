package io.shearling.recipes.evaluate;

import io.shearling.formats.output.OutputFaults;
import io.shearling.formats.output.PartFile;
import io.shearling.recipes.RecipeException;
import io.shearling.recipes.RecipeException.Kind;
import io.shearling.runtime.error.ErrorCode;
import io.shearling.runtime.error.ShearlingException;
import io.shearling.runtime.measure.Scorer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.Path;
import java.util.List;

/** A file with a base's rows while an evaluation fills it. One thread. */
final class BaseWriter {
    private final PartFile part;

    private BaseWriter(PartFile part) {
        this.part = part;
    }

    /** Writes the head and has the scorer write the rows. */
    static BaseWriter begin(Path target, BaseFile head, Scorer scorer, List<Path> inputs) {
        OutputFaults faults = (kind, file, reason, remedy, cause) -> cause instanceof ClosedByInterruptException
                ? new ShearlingException(ErrorCode.CANCELLED, "writing " + file + " was interrupted", cause)
                : new RecipeException(Kind.IO, file.toString(), reason, remedy, cause);
        long rows = (long) head.chunks() * scorer.scoredPerChunk();
        long size = head.sizeBytes() + rows * scorer.rowBytes(head.form());
        PartFile.requireRoom(target, size, faults);
        PartFile part = PartFile.create(target, inputs, null, faults);
        try {
            part.writeAt(0, head.bytes());
            part.extend(size);
            scorer.writeBase(head.form(), part.unfinished(), head.sizeBytes());
            return new BaseWriter(part);
        } catch (RuntimeException | Error e) {
            part.discard();
            throw e;
        }
    }

    /** All rows are written, and the scorer is closed. */
    void commit() {
        part.commit();
    }

    /** After a commit does nothing. */
    void discard() {
        part.discard();
    }
}
