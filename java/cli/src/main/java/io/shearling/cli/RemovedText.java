package io.shearling.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import io.shearling.formats.model.LayerCounts;
import io.shearling.recipes.prune.BlockPruning;
import io.shearling.recipes.prune.LayerPruning;
import io.shearling.recipes.prune.MeasuredParts;
import io.shearling.recipes.prune.Pruning;
import io.shearling.recipes.prune.WidthPruning;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** What went from a model, for people and for programs. */
final class RemovedText {
    private RemovedText() {}

    static String of(Pruning pruning) {
        if (pruning instanceof WidthPruning width) {
            return String.format(
                    Locale.ROOT,
                    "%,d of %,d neurons, %,d of %,d key/value heads and %,d of %,d elements of the state",
                    width.sourceNeurons() - sum(width.feedForward()),
                    width.sourceNeurons(),
                    width.sourceHeadsKv() - sum(width.headsKv()),
                    width.sourceHeadsKv(),
                    width.sourceEmbeddingLength() - width.embeddingLength(),
                    width.sourceEmbeddingLength());
        }
        List<?> removed = removed(pruning);
        String what = pruning instanceof BlockPruning ? "block" : "layer";
        String list = removed.stream().map(String::valueOf).collect(Collectors.joining(", "));
        return what + (removed.size() == 1 ? " " : "s ") + list;
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

    private static long sum(LayerCounts counts) {
        return Arrays.stream(counts.toArray()).sum();
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
