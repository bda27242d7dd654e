package io.shearling.formats.gguf;

import io.shearling.formats.gguf.GgufException.Kind;
import io.shearling.formats.tensor.TensorShape;
import io.shearling.formats.tensor.TensorType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Reads the descriptions of the tensors and checks that their data lies one after the other within the file. */
final class TensorTable {
    private static final String CONVERT = "convert the model again";

    private final HeaderCursor cursor;
    private final String file;
    private final int alignment;

    TensorTable(HeaderCursor cursor, String file, int alignment) {
        this.cursor = cursor;
        this.file = file;
        this.alignment = alignment;
    }

    List<TensorInfo> read(int count, long fileSize) {
        List<TensorInfo> tensors = new ArrayList<>();
        Set<String> names = new HashSet<>();
        long expectedOffset = 0;
        for (int i = 0; i < count; i++) {
            TensorInfo tensor = tensor(i);
            if (!names.add(tensor.name())) {
                throw refused("the tensor name " + tensor.name() + " is there twice");
            }
            if (tensor.offset() != expectedOffset) {
                throw refused("the data of tensor " + tensor.name() + " is said to begin at "
                        + Long.toUnsignedString(tensor.offset()) + " where " + expectedOffset + " follows");
            }
            expectedOffset = end(tensor);
            tensors.add(tensor);
        }
        return located(tensors, fileSize);
    }

    private TensorInfo tensor(int index) {
        String name = cursor.name("the name of tensor", index, GgufLimits.MAX_TENSOR_NAME_BYTES);
        if (name.isEmpty()) {
            throw refused("tensor " + index + " has an empty name");
        }
        TensorShape shape = shape(name);
        TensorType type = type(name);
        if (!type.fits(shape.columns())) {
            throw refused("tensor " + name + " has " + shape.columns() + " columns, which is not a multiple of "
                    + type.blockElements() + ", the block size of " + type.ggmlName());
        }
        long offset = cursor.i64("the offset of tensor", name);
        try {
            return new TensorInfo(name, type, shape, 0, offset, 0, type.bytes(shape));
        } catch (ArithmeticException e) {
            throw tooLarge(name, shape.toString(), e);
        }
    }

    private TensorShape shape(String name) {
        int rank = cursor.i32("the number of dimensions of tensor", name);
        if (rank < 0 || rank > TensorShape.MAX_RANK) {
            throw refused("tensor " + name + " has " + Integer.toUnsignedString(rank) + " dimensions, more than "
                    + TensorShape.MAX_RANK);
        }
        long[] extents = new long[rank];
        for (int i = 0; i < rank; i++) {
            extents[i] = cursor.i64("a dimension of tensor", name);
            if (extents[i] < 0) {
                throw refused("dimension " + i + " of tensor " + name + " is " + extents[i]);
            }
        }
        try {
            return TensorShape.of(extents);
        } catch (ArithmeticException e) {
            throw tooLarge(name, Arrays.toString(extents), e);
        }
    }

    private TensorType type(String name) {
        int code = cursor.i32("the type of tensor", name);
        return TensorType.fromCode(code)
                .orElseThrow(() -> TensorType.removed(code)
                        .map(instead -> {
                            int split = instead.indexOf(';');
                            return new GgufException(
                                    Kind.TENSOR,
                                    file,
                                    "tensor " + name + " has the type " + instead.substring(0, split),
                                    instead.substring(split + 2));
                        })
                        .orElseGet(() -> new GgufException(
                                Kind.TENSOR,
                                file,
                                "tensor " + name + " has the unknown type " + Integer.toUnsignedString(code),
                                "use a newer Shearling, or convert the model to a type it knows")));
    }

    /** Where the next tensor must begin. */
    private long end(TensorInfo tensor) {
        try {
            return GgufLimits.pad(Math.addExact(tensor.offset(), tensor.sizeBytes()), alignment);
        } catch (ArithmeticException e) {
            throw tooLarge(tensor.name(), tensor.shape().toString(), e);
        }
    }

    private List<TensorInfo> located(List<TensorInfo> tensors, long fileSize) {
        long dataStart = GgufLimits.pad(cursor.position(), alignment);
        List<TensorInfo> located = new ArrayList<>(tensors.size());
        for (TensorInfo tensor : tensors) {
            // subtraction, for the sum could overflow
            if (dataStart > fileSize || tensor.sizeBytes() > fileSize - dataStart - tensor.offset()) {
                throw new GgufException(
                        Kind.TRUNCATED,
                        file,
                        "the file has " + fileSize + " bytes and ends before or within the data of tensor "
                                + tensor.name(),
                        GgufParser.AGAIN);
            }
            located.add(new TensorInfo(
                    tensor.name(),
                    tensor.type(),
                    tensor.shape(),
                    0,
                    tensor.offset(),
                    dataStart + tensor.offset(),
                    tensor.sizeBytes()));
        }
        return located;
    }

    private GgufException refused(String reason) {
        return new GgufException(Kind.TENSOR, file, reason, CONVERT);
    }

    private GgufException tooLarge(String name, String shape, ArithmeticException cause) {
        return new GgufException(
                Kind.LIMIT, file, "tensor " + name + " with the shape " + shape + " is too large", CONVERT, cause);
    }
}
