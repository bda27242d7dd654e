package io.shearling.convert.quantized;

import io.shearling.convert.element.BitOrder;
import io.shearling.convert.element.BlockGrid;
import io.shearling.convert.element.Bytes;
import io.shearling.convert.element.Computed;
import io.shearling.convert.element.ElementSource;
import io.shearling.convert.element.PackedCodes;
import io.shearling.convert.element.Scaled;
import io.shearling.formats.json.JsonTree;
import io.shearling.formats.json.JsonValue;
import io.shearling.formats.json.StrictJson;
import io.shearling.formats.safetensors.SafetensorsType;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;

/**
 * What bitsandbytes stores: codes of four bits that point into a table (NF4, FP4), after
 * <a href="https://arxiv.org/abs/2305.14314">QLoRA</a>, and rows of eight-bit integers, after
 * <a href="https://arxiv.org/abs/2208.07339">LLM.int8()</a>.
 *
 * <p>Four bits: a note in JSON has shape and block size; each block has its largest magnitude, which may itself be a code of eight bits
 * in blocks with magnitudes of their own, around a mean. Eight bits: {@code SCB} has the largest magnitude of a row, which stands for 127.
 * The results are those of bitsandbytes before it rounds them to the type of its activations.
 */
final class BitsAndBytes {
    private static final String WEIGHT = ".weight";
    private static final String ABSMAX = ".weight.absmax";
    private static final String TABLE = ".weight.quant_map";
    private static final String NESTED_ABSMAX = ".weight.nested_absmax";
    private static final String NESTED_TABLE = ".weight.nested_quant_map";
    private static final String NF4 = ".weight.quant_state.bitsandbytes__nf4";
    private static final String FP4 = ".weight.quant_state.bitsandbytes__fp4";
    private static final String ROW_ABSMAX = ".SCB";
    private static final String LAYOUT = ".weight_format";
    private static final int TABLE_SIZE = 16;
    private static final int NESTED_TABLE_SIZE = 256;
    private static final int MAX_NOTE = 1 << 16;
    private static final StrictJson JSON = StrictJson.within(8, 1 << 12);

    /** What bitsandbytes multiplies with in place of a division by 127. */
    private static final float STEP = (float) 7.874015718698502e-3;

    private BitsAndBytes() {}

    static Scheme of() {
        return Scheme.of(
                "bitsandbytes",
                TensorGroup.of(ABSMAX, WEIGHT, BitsAndBytes::fourBits, WEIGHT, TABLE)
                        .perhaps(NF4, FP4, NESTED_ABSMAX, NESTED_TABLE),
                TensorGroup.of(ROW_ABSMAX, WEIGHT, BitsAndBytes::eightBits, WEIGHT)
                        .perhaps(LAYOUT));
    }

    private static SourceTensor eightBits(Parts parts) {
        if (parts.find(LAYOUT).isPresent() && parts.number(LAYOUT) != 0) {
            throw parts.fault(
                    "its layout is made for one kind of processor (weight_format " + parts.number(LAYOUT) + ")");
        }
        SourceTensor weight = parts.matrix(WEIGHT, SafetensorsType.I8);
        parts.shaped(ROW_ABSMAX, weight.shape().get(0));
        SourceTensor scaled = ScaledWeight.of(parts, weight, parts.get(ROW_ABSMAX), Optional.empty());
        return SourceTensor.of(scaled.name(), scaled.shape(), new Computed(scaled.source(), value -> value * STEP));
    }

    private static SourceTensor fourBits(Parts parts) {
        Note note = note(parts);
        long elements = note.shape().stream().reduce(1L, Math::multiplyExact);
        ElementSource packed = new Bytes(parts.get(WEIGHT).source());
        if (packed.elements() != (elements + 1) / 2) {
            throw parts.fault(packed.elements() + " bytes are no " + elements + " codes, as its note says");
        }
        ElementSource codes = new PackedCodes(packed, 1, elements, BitOrder.highHalfFirst());
        BlockGrid grid = new BlockGrid(1, elements, 1, note.blockSize());
        ElementSource scales = parts.shaped(ABSMAX, grid.width());
        if (parts.find(NESTED_ABSMAX).isPresent()) {
            BlockGrid nested = new BlockGrid(1, grid.width(), 1, note.nestedBlockSize());
            Scaled magnitudes = new Scaled(
                    looked(parts, NESTED_TABLE, NESTED_TABLE_SIZE, scales),
                    Optional.empty(),
                    parts.shaped(NESTED_ABSMAX, nested.width()),
                    nested);
            scales = new Computed(magnitudes, magnitude -> magnitude + note.mean());
        }
        return SourceTensor.of(
                parts.name(),
                note.shape(),
                new Scaled(looked(parts, TABLE, TABLE_SIZE, codes), Optional.empty(), scales, grid));
    }

    /** Codes as what they stand for. */
    private static ElementSource looked(Parts parts, String end, int size, ElementSource codes) {
        float[] table = parts.shaped(end, (long) size).floats(0, size);
        if (codes.type() != SafetensorsType.U8) {
            throw parts.fault("its codes are " + codes.type());
        }
        return new Computed(codes, code -> table[(int) code]);
    }

    /** What the note says. */
    private record Note(List<Long> shape, long blockSize, long nestedBlockSize, float mean) {}

    private static Note note(Parts parts) {
        ElementSource bytes = parts.find(NF4)
                .or(() -> parts.find(FP4))
                .orElseThrow(() -> parts.fault("there is no tensor that ends with " + NF4))
                .source();
        if (bytes.elementBytes() != 1 || bytes.elements() > MAX_NOTE) {
            throw parts.fault("its quant_state is no note of some bytes");
        }
        ByteBuffer text = ByteBuffer.allocate((int) bytes.elements());
        bytes.read(0, text);
        try {
            JsonValue.Fields note = JsonTree.read(JSON, new ByteArrayInputStream(text.array()))
                    .fields()
                    .orElseThrow(() -> new IOException("no object"));
            List<Long> shape = note.find("shape").flatMap(JsonValue::items).orElse(List.of()).stream()
                    .map(extent -> extent.integer().filter(value -> value >= 0).orElse(-1L))
                    .toList();
            long blockSize = note.find("blocksize").flatMap(JsonValue::integer).orElse(0L);
            long nested =
                    note.find("nested_blocksize").flatMap(JsonValue::integer).orElse(256L);
            if (shape.isEmpty() || shape.contains(-1L) || blockSize <= 0 || nested <= 0) {
                throw new IOException("no shape, or no block size");
            }
            double mean = note.find("nested_offset").flatMap(JsonValue::number).orElse(0.0);
            return new Note(shape, blockSize, nested, (float) mean);
        } catch (IOException e) {
            throw parts.fault("its quant_state cannot be read (" + e.getMessage() + ")");
        }
    }
}
