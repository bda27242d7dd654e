package io.shearling.runtime.jfr;

import java.nio.file.Path;
import jdk.jfr.Category;
import jdk.jfr.DataAmount;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import jdk.jfr.Timespan;
import org.jspecify.annotations.Nullable;

/** A model's way from its file into memory, from the call of {@code Model.load} to its return. A load that fails is not told. */
@Name("io.shearling.ModelLoad")
@Label("Model Load")
@Category("Shearling")
@StackTrace(false)
public final class LoadRun extends Event {
    @Label("File")
    @Nullable
    String file;

    @Label("Weights")
    @DataAmount
    long bytes;

    @Label("Probe Time")
    @Description(
            "How long it took to learn from a process of its own whether the file is sound; next to nothing when known")
    @Timespan(Timespan.NANOSECONDS)
    long probeTime;

    static @Nullable LoadRun begun() {
        LoadRun run = new LoadRun();
        if (!run.isEnabled()) {
            return null;
        }
        run.begin();
        return run;
    }

    /** The model is there. */
    public void done(Path path, long weightBytes, long probeNanos) {
        file = path.toString();
        bytes = weightBytes;
        probeTime = probeNanos;
        commit();
    }
}
