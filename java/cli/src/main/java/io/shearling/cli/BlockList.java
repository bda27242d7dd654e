package io.shearling.cli;

import io.shearling.recipes.prune.ResidualBlock;
import io.shearling.recipes.prune.ResidualBlock.Part;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads parts of layers, and those of runs of layers, as {@code 12.attn,20-22.ffn}. */
final class BlockList implements ITypeConverter<BlockList.Blocks> {
    private static final String WANTED =
            "must be numbers of layers, from 0, each with .attn or .ffn behind it, as 12.attn,20-22.ffn";

    /** Parts of layers. */
    record Blocks(List<ResidualBlock> list) {}

    @Override
    public Blocks convert(String text) {
        List<ResidualBlock> blocks = new ArrayList<>();
        for (String each : text.split(",", -1)) {
            String run = each.strip();
            Part part = part(run);
            String layers = run.substring(0, run.length() - part.label().length() - 1);
            LayerList.run(layers, WANTED).forEach(layer -> blocks.add(new ResidualBlock(layer, part)));
        }
        return new Blocks(blocks);
    }

    private static Part part(String run) {
        for (Part part : Part.values()) {
            if (run.endsWith("." + part.label())) {
                return part;
            }
        }
        throw new TypeConversionException(WANTED);
    }
}
