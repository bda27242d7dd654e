package io.shearling.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import io.shearling.formats.model.LayerCounts;
import io.shearling.recipes.prune.BlockPruning;
import io.shearling.recipes.prune.LayerPruning;
import io.shearling.recipes.prune.MeasuredParts;
import io.shearling.recipes.prune.Pruning;
import io.shearling.recipes.prune.WidthPruning;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What went from a model, for people and for programs. */
final class RemovedText {
    private RemovedText() {}

    static String of(Pruning pruning) {
        if (pruning instanceof WidthPruning width) {
            return of(width);
        }
        List<?> removed = removed(pruning);
        String what = pruning instanceof BlockPruning ? "block" : "layer";
        String list = removed.stream().map(String::valueOf).collect(Collectors.joining(", "));
        return what + (removed.size() == 1 ? " " : "s ") + list;
    }

    private static String of(WidthPruning width) {
        return Stream.of(
                        less("neurons", width.feedForward().sum(), width.sourceNeurons()),
                        less("key/value heads", width.headsKv().sum(), width.sourceHeadsKv()),
                        less("elements of the state", width.embeddingLength(), width.sourceEmbeddingLength()))
                .flatMap(Optional::stream)
                .collect(Collectors.joining(" and "));
    }

    private static Optional<String> less(String what, long left, long all) {
        return left == all
                ? Optional.empty()
                : Optional.of(String.format(Locale.ROOT, "%,d of %,d %s", all - left, all, what));
    }

    /** What measuring took. */
    static String of(MeasuredParts<?> measured) {
        return "measuring computed " + measured.blocksComputed() + " attention and feed-forward parts"
                + (measured.blocksComputed() == measured.blocksWithout()
                        ? ""
                        : ", and would have " + measured.blocksWithout() + " if each candidate began with the first");
    }

    /** Numbers of layers, or the names of blocks. */
    static void write(Pruning pruning, JsonGenerator out) throws IOException {
        if (pruning instanceof WidthPruning width) {
            counts("feedForward", width.feedForward(), out);
            counts("headsKv", width.headsKv(), out);
            out.writeNumberField("embeddingLength", width.embeddingLength());
            return;
        }
        out.writeArrayFieldStart(pruning instanceof BlockPruning ? "removedBlocks" : "removed");
        for (Object each : removed(pruning)) {
            if (each instanceof Integer layer) {
                out.writeNumber(layer);
            } else {
                out.writeString(each.toString());
            }
        }
        out.writeEndArray();
    }

    /** How it was chosen: in this order, with the figures that the rule looked at. */
    static void write(MeasuredParts<?> measured, JsonGenerator out) throws IOException {
        out.writeObjectFieldStart("measured");
        out.writeNumberField("blocksComputed", measured.blocksComputed());
        out.writeNumberField("blocksWithoutCache", measured.blocksWithout());
        out.writeArrayFieldStart("steps");
        for (MeasuredParts.Step<?> step : measured.steps()) {
            out.writeStartObject();
            out.writeStringField("part", step.part().toString());
            out.writeNumberField("figure", step.figure());
            out.writeEndObject();
        }
        out.writeEndArray();
        out.writeEndObject();
    }

    private static void counts(String name, LayerCounts counts, JsonGenerator out) throws IOException {
        int[] all = counts.toArray();
        out.writeFieldName(name);
        out.writeArray(all, 0, all.length);
    }

    private static List<?> removed(Pruning pruning) {
        return pruning instanceof BlockPruning blocks ? blocks.removed() : ((LayerPruning) pruning).removed();
    }
}
