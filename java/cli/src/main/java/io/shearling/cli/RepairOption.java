package io.shearling.cli;

import io.shearling.recipes.prune.Repair;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What is done to the layers that stay. */
final class RepairOption {
    /** How layers stand in for those that went. */
    enum Method {
        /** A linear map in the layer before. */
        LINEAR,
        /** What the layers differ by, added up. */
        MERGE;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    @Option(
            names = "--repair",
            paramLabel = "HOW",
            description =
                    "Have the layer before those that go do some of their work, without training. linear: with the matrix that"
                            + " comes nearest to them over --text; they have to follow one another. merge: with what their"
                            + " weights differ from its own by.")
    private @Nullable Method method;

    /** Refuses a repair beside something that needs none. */
    void requireUnused(String what) {
        if (method != null) {
            throw new UsageException(what + ", and --repair is about layers that go; leave one out");
        }
    }

    /** How; null for not at all. */
    @Nullable
    Method method() {
        return method;
    }

    /** What was asked for; null for nothing. */
    static @Nullable Repair repair(@Nullable Method method, TextChoice text) {
        if (method == Method.LINEAR) {
            return new Repair.Linear(text.text("--repair linear"), text.options());
        }
        return method == null ? null : new Repair.Merge();
    }
}
