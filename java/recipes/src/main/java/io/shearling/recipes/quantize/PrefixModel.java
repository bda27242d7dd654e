package io.shearling.recipes.quantize;

import io.shearling.formats.gguf.GgufFile;
import io.shearling.formats.gguf.GgufPlacer;
import io.shearling.formats.gguf.GgufWriter;
import io.shearling.formats.gguf.TensorInfo;
import io.shearling.recipes.RecipeException;
import io.shearling.recipes.RecipeException.Kind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A model as far as it is quantized yet, the rest of it as it was: in a file beside the output, removed when this is closed. */
record PrefixModel(Path path) implements AutoCloseable {
    private static final int PIECE_BYTES = 1 << 22;

    /** Writes it. The name has the process in it: of two runs each has its own. */
    static PrefixModel write(GgufFile model, List<QuantizedTensor> tensors, GgufPlacer output) {
        Path place = output.unfinished()
                .resolveSibling("prefix-" + ProcessHandle.current().pid() + ".gguf");
        GgufWriter.Builder plan = GgufWriter.to(place).metadata(model.metadata());
        List<TensorInfo> made = output.tensors();
        for (int i = 0; i < tensors.size(); i++) {
            QuantizedTensor tensor = tensors.get(i);
            plan.tensor(
                    tensor.name(),
                    isThere(output, made.get(i))
                            ? tensor.type()
                            : tensor.source().type(),
                    tensor.source().shape());
        }
        try (GgufPlacer writer = plan.openPlaced()) {
            ByteBuffer piece = ByteBuffer.allocateDirect(PIECE_BYTES);
            for (int i = 0; i < tensors.size(); i++) {
                boolean there = isThere(output, made.get(i));
                long size = writer.tensors().get(i).sizeBytes();
                for (long at = 0; at < size; at += PIECE_BYTES) {
                    piece.clear().limit((int) Math.min(PIECE_BYTES, size - at));
                    if (there) {
                        output.read(made.get(i), at, piece);
                    } else {
                        model.read(tensors.get(i).source(), at, piece);
                    }
                    writer.write(writer.tensors().get(i), at, piece.flip());
                }
            }
            writer.commit();
        }
        return new PrefixModel(place);
    }

    private static boolean isThere(GgufPlacer output, TensorInfo tensor) {
        return output.isWritten(tensor, 0, tensor.sizeBytes());
    }

    @Override
    public void close() {
        try {
            Files.deleteIfExists(path);
        } catch (IOException e) {
            throw new RecipeException(
                    Kind.IO, path.toString(), "it cannot be removed (" + e.getMessage() + ")", "remove it", e);
        }
    }
}
