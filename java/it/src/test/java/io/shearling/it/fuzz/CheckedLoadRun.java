package io.shearling.it.fuzz;

import io.shearling.testkit.ChildJvm;
import io.shearling.testkit.ProgramRun;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * {@link CheckedLoads} over a run of seeds, in processes of their own: where one dies, the next goes on behind its seed.
 *
 * @param loaded models that loaded and did all that was asked of them
 * @param refused files that were refused with a sentence
 * @param defects what else happened, a line a seed with the story of its damage
 */
record CheckedLoadRun(int loaded, int refused, List<String> defects) {
    /** Natives and memories of trials go to a cache below the folder, so that ten thousand of them leave nothing behind. */
    static CheckedLoadRun of(Path folder, long first, int count) {
        int loaded = 0;
        int refused = 0;
        List<String> defects = new ArrayList<>();
        long next = first;
        while (next < first + count) {
            ProgramRun run = ChildJvm.of(CheckedLoads.class)
                    .heap("256m")
                    .property("shearling.cache", folder.resolve("cache").toString())
                    .arguments(folder.toString(), Long.toString(next), Long.toString(first + count - next))
                    .timeout(Duration.ofHours(2))
                    .run();
            String begun = "";
            for (String line : run.stdout().lines().toList()) {
                if (line.startsWith("begin ")) {
                    begun = line;
                } else if (line.startsWith("loaded ")) {
                    loaded++;
                } else if (line.startsWith("refused ")) {
                    refused++;
                } else if (line.startsWith("defect ")) {
                    defects.add(line + " <- " + begun);
                }
            }
            if (run.exitCode() == 0) {
                return new CheckedLoadRun(loaded, refused, defects);
            }
            if (begun.isEmpty()) {
                throw new AssertionError("no seed was begun: " + run.stderr());
            }
            String end = run.exitCode() == CheckedLoads.HANGS ? "hangs" : "dies with exit code " + run.exitCode();
            defects.add(end + " <- " + begun + "\n" + run.stderr());
            next = Long.parseLong(begun.split(" ", 3)[1]) + 1;
        }
        return new CheckedLoadRun(loaded, refused, defects);
    }
}
