package io.shearling.convert.element;

import io.shearling.formats.gguf.GgufFile;
import io.shearling.formats.gguf.TensorInfo;
import io.shearling.formats.row.RowDecoder;
import io.shearling.formats.safetensors.SafetensorsType;
import io.shearling.formats.tensor.TensorType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;

/**
 * The elements of a tensor of a GGUF file: as they are stored where each stands by itself, and as f32 where they share a block.
 *
 * @param file open as long as they are read
 * @param tensor one of the file's
 */
public record GgufElements(GgufFile file, TensorInfo tensor) implements ElementSource {
    /** Elements that are decoded at once, a whole number of blocks of any type. */
    private static final int PIECE = 1 << 14;

    /** The type of safetensors in which elements of this type are the same bytes. */
    public static Optional<SafetensorsType> plain(TensorType type) {
        return switch (type) {
            case F32 -> Optional.of(SafetensorsType.F32);
            case F16 -> Optional.of(SafetensorsType.F16);
            case BF16 -> Optional.of(SafetensorsType.BF16);
            case F64 -> Optional.of(SafetensorsType.F64);
            case I8 -> Optional.of(SafetensorsType.I8);
            case I16 -> Optional.of(SafetensorsType.I16);
            case I32 -> Optional.of(SafetensorsType.I32);
            case I64 -> Optional.of(SafetensorsType.I64);
            default -> Optional.empty();
        };
    }

    @Override
    public SafetensorsType type() {
        return plain(tensor.type()).orElse(SafetensorsType.F32);
    }

    @Override
    public long elements() {
        return tensor.shape().elements();
    }

    @Override
    public void read(long first, ByteBuffer target) {
        long end = first + checkRange(first, target);
        if (plain(tensor.type()).isPresent()) {
            file.read(tensor, first * elementBytes(), target);
        } else {
            decode(first, end, target);
        }
    }

    private void decode(long first, long end, ByteBuffer target) {
        TensorType type = tensor.type();
        RowDecoder decoder = RowDecoder.forType(type);
        int block = type.blockElements();
        float[] values = new float[(int) Math.min(PIECE, (end / block + 1) * block - first / block * block)];
        ByteBuffer out = target.slice().order(ByteOrder.LITTLE_ENDIAN);
        for (long at = first / block * block; at < end; at += values.length) {
            int count = (int) Math.min(values.length, (end - at + block - 1) / block * block);
            ByteBuffer stored = file.view(tensor, type.rowBytes(at), (int) type.rowBytes(count));
            decoder.decode(type, stored, values, 0, count);
            int from = (int) Math.max(0, first - at);
            int to = (int) Math.min(count, end - at);
            for (int i = from; i < to; i++) {
                out.putFloat(values[i]);
            }
        }
        target.position(target.limit());
    }
}
