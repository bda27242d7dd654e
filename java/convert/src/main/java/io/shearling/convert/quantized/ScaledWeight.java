package io.shearling.convert.quantized;

import io.shearling.convert.ConvertException;
import io.shearling.convert.element.BlockGrid;
import io.shearling.convert.element.ElementSource;
import io.shearling.convert.element.Join;
import io.shearling.convert.element.Scaled;
import io.shearling.convert.element.Slice;
import io.shearling.formats.safetensors.SafetensorsType;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Weights that are numbers of eight bits times a scale: one for all, for each step of the leading dimensions, or for each block. */
final class ScaledWeight {
    private ScaledWeight() {}

    /** The weight with this scale. */
    static SourceTensor of(Parts parts, SourceTensor weight, SourceTensor scale, Optional<Block> block) {
        return of(parts, weight, scale, Optional.empty(), block);
    }

    /**
     * The weight with its scales.
     *
     * @param zero zero points in the shape of the scales
     * @param block the elements that share a scale; without it the scales' shape says it
     */
    static SourceTensor of(
            Parts parts, SourceTensor weight, SourceTensor scale, Optional<SourceTensor> zero, Optional<Block> block) {
        if (weight.source().type().bits() != Byte.SIZE || weight.source().type() == SafetensorsType.BOOL) {
            throw parts.fault(weight.name() + " is " + weight.source().type() + ", which has no scales");
        }
        if (zero.isPresent() && !zero.get().shape().equals(scale.shape())) {
            throw misfit(parts, scale, zero.get());
        }
        Optional<ElementSource> zeros = zero.map(SourceTensor::source);
        ElementSource source = block.isPresent()
                ? blocks(parts, weight, zeros, scale, block.get())
                : steps(parts, weight, zeros, scale);
        return SourceTensor.of(parts.name(), weight.shape(), source);
    }

    /** Scales [rows], [rows, 1] or [], for a weight [rows, columns]. */
    private static ElementSource steps(
            Parts parts, SourceTensor weight, Optional<ElementSource> zeros, SourceTensor scale) {
        List<Long> leading = scale.shape();
        while (!leading.isEmpty() && leading.get(leading.size() - 1) == 1) {
            leading = leading.subList(0, leading.size() - 1);
        }
        int rank = leading.size();
        if (rank > weight.shape().size() || !weight.shape().subList(0, rank).equals(leading)) {
            throw misfit(parts, weight, scale);
        }
        long count = scale.source().elements();
        long step = count == 0 ? 0 : weight.source().elements() / count;
        return new Scaled(weight.source(), zeros, scale.source(), new BlockGrid(count, step, 1, Math.max(1, step)));
    }

    /** Scales [..., rows of blocks, columns of blocks] for a weight [..., rows, columns]. */
    private static ElementSource blocks(
            Parts parts, SourceTensor weight, Optional<ElementSource> zeros, SourceTensor scale, Block block) {
        int rank = weight.shape().size();
        if (rank < 2 || scale.shape().size() != rank) {
            throw misfit(parts, weight, scale);
        }
        BlockGrid grid = new BlockGrid(
                weight.shape().get(rank - 2), weight.shape().get(rank - 1), block.rows(), block.columns());
        List<Long> expected = new ArrayList<>(weight.shape().subList(0, rank - 2));
        expected.add(grid.height());
        expected.add(grid.width());
        if (!scale.shape().equals(expected)) {
            throw misfit(parts, weight, scale);
        }
        long blocks = grid.height() * grid.width();
        List<ElementSource> matrices = new ArrayList<>();
        for (long i = 0; i < (blocks == 0 ? 0 : scale.source().elements() / blocks); i++) {
            long first = i * blocks;
            matrices.add(new Scaled(
                    new Slice(weight.source(), i * grid.elements(), grid.elements()),
                    zeros.map(source -> new Slice(source, first, blocks)),
                    new Slice(scale.source(), first, blocks),
                    grid));
        }
        if (matrices.isEmpty()) {
            throw misfit(parts, weight, scale);
        }
        return matrices.size() == 1 ? matrices.get(0) : new Join(matrices);
    }

    private static ConvertException misfit(Parts parts, SourceTensor weight, SourceTensor scale) {
        return parts.fault(scale.name() + " has the shape " + scale.shape() + ", which does not fit " + weight.shape());
    }
}
