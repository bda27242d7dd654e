package io.shearling.convert;

import io.shearling.convert.ConvertException.Kind;
import io.shearling.formats.gguf.GgufException;
import io.shearling.formats.gguf.GgufPlacer;
import io.shearling.formats.gguf.InputState;
import io.shearling.formats.gguf.SplitRule;
import io.shearling.formats.gguf.TensorFill;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Writes the models of one conversion, one after the other. Their files get their names at the end: all of them, or none. */
final class OutputFiles {
    private OutputFiles() {}

    /** One of the models. */
    record Output(TensorWork work, Path target, SplitRule split) {}

    /**
     * Writes them.
     *
     * @return the file of the last, or the first of several
     */
    static Path write(List<Output> outputs, ConversionListener listener) {
        requireNoInterrupt();
        List<GgufPlacer> placers = new ArrayList<>();
        try {
            for (Output output : outputs) {
                placers.add(output.work().open(output.target(), output.split()));
            }
            fill(outputs, placers, listener);
            placers.forEach(GgufPlacer::sync);
            // Only renames are left: from here on an interrupt comes too late.
            List<Path> written = placers.stream().map(GgufPlacer::commit).toList();
            return written.get(written.size() - 1);
        } catch (GgufException e) {
            throw Thread.currentThread().isInterrupted() ? cancelled(e) : e;
        } finally {
            placers.forEach(GgufPlacer::close);
        }
    }

    private static void fill(List<Output> outputs, List<GgufPlacer> placers, ConversionListener listener) {
        long all =
                outputs.stream().mapToLong(output -> output.work().dataBytes()).sum();
        long before = 0;
        for (int i = 0; i < outputs.size(); i++) {
            TensorWork work = outputs.get(i).work();
            long start = before;
            work.fill(placers.get(i), (done, ignored) -> listener.written(start + done, all), TensorFill.NOTE_EVERY);
            requireNoInterrupt();
            if (i < outputs.size() - 1) {
                // A crash while the next is written must not cost this one.
                placers.get(i).note();
            }
            before += work.dataBytes();
        }
    }

    private static void requireNoInterrupt() {
        if (Thread.currentThread().isInterrupted()) {
            throw cancelled(null);
        }
    }

    /**
     * What elements are made of, as it is now.
     *
     * @param upstream whether upstream's faults are kept
     */
    static InputState inputs(List<Path> files, boolean upstream) {
        try {
            return InputState.of(files, upstream ? "as upstream" : "repaired");
        } catch (IOException e) {
            throw new ConvertException(
                    Kind.IO,
                    files.get(0).toString(),
                    "the files beside it cannot be read (" + e + ")",
                    "make them readable",
                    e);
        }
    }

    /** What a caller gets that has interrupted the thread. */
    static ConvertException cancelled(@Nullable Throwable origin) {
        return new ConvertException(
                Kind.CANCELLED,
                "the conversion",
                "it was interrupted",
                "nothing is left of it; start it again",
                origin);
    }
}
