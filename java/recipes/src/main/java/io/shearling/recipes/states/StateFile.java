package io.shearling.recipes.states;

import io.shearling.recipes.RecipeException;
import io.shearling.recipes.RecipeException.Kind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Hidden states of chunks of text, in numbered places. In a file, which is removed when this is closed. For one thread at a time.
 */
public final class StateFile implements AutoCloseable {
    private final Path path;
    private final FileChannel file;
    private final ByteBuffer bytes;

    /**
     * Room for them.
     *
     * @param floats of a chunk: tokens times the width of the model
     */
    public StateFile(Path path, int floats) {
        this.path = path;
        bytes = ByteBuffer.allocateDirect(Math.multiplyExact(floats, Float.BYTES))
                .order(ByteOrder.nativeOrder());
        try {
            file = FileChannel.open(
                    path,
                    StandardOpenOption.CREATE,
                    StandardOpenOption.TRUNCATE_EXISTING,
                    StandardOpenOption.READ,
                    StandardOpenOption.WRITE);
        } catch (IOException e) {
            throw failed(e);
        }
    }

    /** Reads those of a place, which were written. */
    public void read(int place, float[] states) {
        try {
            for (bytes.clear(); bytes.hasRemaining(); ) {
                if (file.read(bytes, at(place) + bytes.position()) < 0) {
                    throw new IOException("it has become shorter");
                }
            }
        } catch (IOException e) {
            throw failed(e);
        }
        bytes.flip().asFloatBuffer().get(states);
    }

    /** Keeps those of a place. */
    public void write(int place, float[] states) {
        bytes.clear().asFloatBuffer().put(states);
        try {
            while (bytes.hasRemaining()) {
                file.write(bytes, at(place) + bytes.position());
            }
        } catch (IOException e) {
            throw failed(e);
        }
    }

    private long at(int place) {
        return (long) place * bytes.capacity();
    }

    private RecipeException failed(IOException e) {
        return failed(path, e);
    }

    /** What becomes of a file beside the output that fails; an interrupt closes it, too. */
    public static RecipeException failed(Path path, IOException e) {
        if (e instanceof ClosedByInterruptException) {
            Thread.currentThread().interrupt();
            return new RecipeException(
                    Kind.CANCELLED, path.toString(), "the work with it was interrupted", "start it again", e);
        }
        return new RecipeException(
                Kind.IO,
                path.toString(),
                "it cannot be used (" + e.getMessage() + ")",
                "check the room on the disk beside the output",
                e);
    }

    @Override
    public void close() {
        try (file) {
            Files.deleteIfExists(path);
        } catch (IOException e) {
            throw failed(e);
        }
    }
}
