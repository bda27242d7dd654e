package io.shearling.cli;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** {@code --threads N}. */
final class ThreadsOption {
    @Option(
            names = "--threads",
            paramLabel = "N",
            converter = NumberRange.ThreadCount.class,
            description = "Threads that compute, at most one a core. Default: one a core; where replies are made, fewer"
                    + " while others keep the cores busy.")
    private @Nullable Integer threads;

    /**
     * Threads to compute with; 0 for one a core. More than there are cores are cut down with a line that says so: they would
     * wait for one another in turns, and a reply of seconds would take minutes.
     */
    int count(Streams streams) {
        if (threads == null) {
            return 0;
        }
        int cores = Runtime.getRuntime().availableProcessors();
        if (threads > cores) {
            streams.say("--threads " + threads + ": there " + (cores == 1 ? "is 1 core" : "are " + cores + " cores")
                    + " for this process, so " + cores + " compute");
            return cores;
        }
        return threads;
    }
}
