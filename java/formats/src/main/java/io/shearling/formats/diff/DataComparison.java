package io.shearling.formats.diff;

import io.shearling.formats.gguf.GgufFile;
import io.shearling.formats.gguf.TensorInfo;
import io.shearling.formats.row.RowDecoder;
import io.shearling.formats.tensor.TensorType;
import java.nio.ByteBuffer;
import java.util.Optional;

/** Compares the data of two tensors of one type and shape, piece by piece; what is held does not depend on their size. */
final class DataComparison {
    /** Elements of a piece, a whole number of blocks of any type. */
    private static final int PIECE = 1 << 16;

    private final TensorType type;
    private final Optional<RowDecoder> decoder;
    private final float[] one = new float[PIECE];
    private final float[] other = new float[PIECE];
    private long differing;
    private long firstBlock = -1;
    private double largest;
    private double squares;

    private DataComparison(TensorType type) {
        this.type = type;
        decoder = RowDecoder.find(type);
    }

    static Optional<DataDifference> of(GgufFile fileOne, TensorInfo one, GgufFile fileOther, TensorInfo other) {
        DataComparison comparison = new DataComparison(one.type());
        long all = one.shape().elements();
        for (long first = 0; first < all; first += PIECE) {
            int count = (int) Math.min(PIECE, all - first);
            long offset = one.type().rowBytes(first);
            int bytes = (int) one.type().rowBytes(count);
            ByteBuffer a = fileOne.view(one, offset, bytes);
            ByteBuffer b = fileOther.view(other, offset, bytes);
            if (a.mismatch(b) >= 0) {
                comparison.piece(first, count, a, b);
            }
        }
        return comparison.result(fileOne, one, fileOther, other);
    }

    private void piece(long first, int count, ByteBuffer a, ByteBuffer b) {
        int size = type.blockBytes();
        long block = first / type.blockElements();
        for (int at = 0; at < a.remaining(); at += size, block++) {
            if (a.slice(at, size).mismatch(b.slice(at, size)) >= 0) {
                differing++;
                if (firstBlock < 0) {
                    firstBlock = block;
                }
            }
        }
        decoder.ifPresent(known -> {
            known.decode(type, a, one, 0, count);
            known.decode(type, b, other, 0, count);
            for (int i = 0; i < count; i++) {
                double distance = distance(one[i], other[i]);
                largest = Math.max(largest, distance);
                squares += distance * distance;
            }
        });
    }

    private static double distance(float a, float b) {
        if (Float.compare(a, b) == 0) {
            return 0;
        }
        double distance = Math.abs((double) a - b);
        return Double.isNaN(distance) ? Double.POSITIVE_INFINITY : distance;
    }

    private Optional<DataDifference> result(GgufFile fileOne, TensorInfo one, GgufFile fileOther, TensorInfo other) {
        if (firstBlock < 0) {
            return Optional.empty();
        }
        long elements = one.shape().elements();
        return Optional.of(new DataDifference(
                elements / type.blockElements(),
                differing,
                firstBlock,
                firstBlock * type.blockElements(),
                block(fileOne, one),
                block(fileOther, other),
                decoder.map(known -> new DataDifference.Distance(largest, Math.sqrt(squares / elements)))));
    }

    private Block block(GgufFile file, TensorInfo tensor) {
        byte[] bytes = new byte[type.blockBytes()];
        file.read(tensor, firstBlock * type.blockBytes(), ByteBuffer.wrap(bytes));
        return new Block(bytes, decoder.map(known -> {
            float[] values = new float[type.blockElements()];
            known.decode(type, ByteBuffer.wrap(bytes), values, 0, values.length);
            return values;
        }));
    }
}
