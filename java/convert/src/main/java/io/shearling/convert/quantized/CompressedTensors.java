package io.shearling.convert.quantized;

import io.shearling.convert.element.BitOrder;
import io.shearling.convert.element.BlockGrid;
import io.shearling.convert.element.Bytes;
import io.shearling.convert.element.Computed;
import io.shearling.convert.element.ElementSource;
import io.shearling.convert.element.PackedCodes;
import io.shearling.convert.element.Scaled;
import io.shearling.convert.element.Transposed;
import io.shearling.formats.json.JsonValue;
import io.shearling.formats.safetensors.SafetensorsType;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * The formats of <a href="https://github.com/vllm-project/compressed-tensors">compressed-tensors</a>, llm-compressor's: floats or integers
 * of eight bits with scales, integers of fewer bits packed into words, and the blocks of four bits that ggml has too.
 */
final class CompressedTensors {
    private static final String WEIGHT = ".weight";
    private static final String SCALE = ".weight_scale";
    private static final String ZERO = ".weight_zero_point";
    private static final String PACKED = ".weight_packed";
    private static final String SHAPE = ".weight_shape";
    private static final String ORDER = ".weight_g_idx";
    private static final String GLOBAL = ".weight_global_scale";
    private static final String INPUT = ".input_global_scale";
    private static final Set<String> EIGHT_BITS = Set.of("float-quantized", "int-quantized", "naive-quantized");

    private CompressedTensors() {}

    static Scheme of(Settings settings) {
        settings.fields()
                .find("sparsity_config")
                .flatMap(JsonValue::fields)
                .flatMap(sparsity -> sparsity.find("format"))
                .flatMap(JsonValue::text)
                .filter(format -> !format.equals("dense"))
                .ifPresent(format -> {
                    throw settings.fault("the weights are sparse as well (" + format + "), which is not read");
                });
        return Scheme.of("compressed-tensors", group(settings))
                .unused(
                        ".input_scale",
                        ".input_zero_point",
                        ".output_scale",
                        ".output_zero_point",
                        ".q_scale",
                        ".k_scale",
                        ".v_scale");
    }

    private static TensorGroup group(Settings settings) {
        Settings weights = settings.with(weights(settings));
        String format = format(settings);
        if (format.equals("nvfp4-pack-quantized")) {
            return TensorGroup.of(PACKED, WEIGHT, CompressedTensors::nvfp4, SCALE, GLOBAL)
                    .perhaps(INPUT);
        }
        if (format.equals("mxfp4-pack-quantized")) {
            return TensorGroup.of(
                    PACKED, WEIGHT, parts -> FourBits.mxfp4(parts, parts.get(PACKED), parts.get(SCALE)), SCALE);
        }
        Optional<Block> block = block(weights);
        if (EIGHT_BITS.contains(format)) {
            return TensorGroup.of(
                            SCALE,
                            WEIGHT,
                            parts -> ScaledWeight.of(
                                    parts, parts.get(WEIGHT), ordered(parts).get(SCALE), parts.find(ZERO), block),
                            WEIGHT)
                    .perhaps(ZERO, ORDER);
        }
        long bits = weights.integer("num_bits").orElse(0L);
        if (!format.equals("pack-quantized")
                || bits < 1
                || bits > Byte.SIZE
                || !weights.text("type").orElse("int").equals("int")) {
            throw settings.fault("the format " + format + " with " + bits + " bits is not read");
        }
        return TensorGroup.of(PACKED, WEIGHT, parts -> packed(parts, (int) bits, block), SCALE, SHAPE)
                .perhaps(ZERO, ORDER)
                .atEnd();
    }

    /** What the configuration says of weights, which has to be the same in all its groups. */
    private static JsonValue.Fields weights(Settings settings) {
        List<JsonValue.Fields> all = groups(settings).stream()
                .map(group -> group.find("weights")
                        .flatMap(JsonValue::fields)
                        .orElseThrow(() -> settings.fault("a config group has no weights")))
                .toList();
        if (all.stream().map(CompressedTensors::shown).distinct().count() != 1) {
            throw settings.fault("the config groups quantize weights in " + all.size() + " ways, and one is read");
        }
        return all.get(0);
    }

    private static List<JsonValue.Fields> groups(Settings settings) {
        return settings.fields().find("config_groups").flatMap(JsonValue::fields).stream()
                .flatMap(groups -> groups.values().values().stream())
                .flatMap(group -> group.fields().stream())
                .toList();
    }

    /** The settings that decide how a weight is read. */
    private static Map<String, Object> shown(JsonValue.Fields weights) {
        Map<String, Object> shown = new TreeMap<>();
        for (String name : List.of("num_bits", "type", "strategy", "group_size", "block_structure")) {
            weights.find(name).ifPresent(value -> shown.put(name, value));
        }
        return shown;
    }

    /** Mixed precision is only a name where all groups have one format. */
    private static String format(Settings settings) {
        String format = settings.text("format").orElse("");
        List<String> formats = groups(settings).stream()
                .map(group -> group.find("format").flatMap(JsonValue::text).orElse(format))
                .distinct()
                .toList();
        return format.equals("mixed-precision") && formats.size() == 1 ? formats.get(0) : format;
    }

    private static Optional<Block> block(Settings weights) {
        String strategy = weights.text("strategy").orElse("");
        return switch (strategy) {
            case "tensor", "channel" -> Optional.empty();
            case "block" ->
                Optional.of(weights.block("block_structure")
                        .orElseThrow(() -> weights.fault("the blocks have no block_structure")));
            case "group" ->
                Optional.of(new Block(
                        1, weights.groupSize().orElseThrow(() -> weights.fault("the groups have no group_size"))));
            default -> throw weights.fault("the strategy " + strategy + " is not read");
        };
    }

    private static Parts ordered(Parts parts) {
        if (parts.find(ORDER).isPresent()) {
            throw parts.fault("its groups are ordered by activation (weight_g_idx), which is not read");
        }
        return parts;
    }

    /**
     * Integers packed along the rows of {@code weight_packed} [rows, words], with the middle of their range or zero points, packed along
     * the columns of {@code weight_zero_point} [words, groups], to be taken off.
     */
    private static SourceTensor packed(Parts parts, int bits, Optional<Block> block) {
        ElementSource shape = ordered(parts).shaped(SHAPE, 2L);
        float[] extents = shape.floats(0, 2);
        long rows = (long) extents[0];
        long columns = (long) extents[1];
        int each = Integer.SIZE / bits;
        parts.matrix(PACKED, SafetensorsType.I32);
        long words = (columns + each - 1) / each;
        ElementSource packed = parts.shaped(PACKED, rows, words);
        BlockGrid grid =
                new BlockGrid(rows, columns, 1, block.map(Block::columns).orElse(columns));
        if (columns % grid.blockColumns() != 0) {
            throw parts.fault(
                    "rows of " + columns + " elements are no whole number of groups of " + grid.blockColumns());
        }
        BitOrder order = BitOrder.words(bits);
        ElementSource codes = new PackedCodes(new Bytes(packed), rows, columns, order);
        Optional<ElementSource> zeros = Optional.empty();
        if (parts.find(ZERO).isPresent()) {
            parts.matrix(ZERO, SafetensorsType.I32);
            ElementSource packedZeros = parts.shaped(ZERO, (rows + each - 1) / each, grid.width());
            ElementSource byGroup = new PackedCodes(
                    new Bytes(new Transposed(packedZeros, (rows + each - 1) / each, grid.width())),
                    grid.width(),
                    rows,
                    order);
            zeros = Optional.of(new Transposed(byGroup, grid.width(), rows));
        } else {
            int middle = 1 << (bits - 1);
            codes = new Computed(codes, code -> code - middle);
        }
        ElementSource scales = parts.shaped(SCALE, rows, grid.width());
        return SourceTensor.of(parts.name(), List.of(rows, columns), new Scaled(codes, zeros, scales, grid));
    }

    /** The global scales are divisors here, and factors in ggml. */
    private static SourceTensor nvfp4(Parts parts) {
        return FourBits.nvfp4(
                parts,
                parts.get(PACKED),
                parts.get(SCALE),
                1 / parts.number(GLOBAL),
                parts.find(INPUT).isPresent() ? 1 / parts.number(INPUT) : 1);
    }
}
