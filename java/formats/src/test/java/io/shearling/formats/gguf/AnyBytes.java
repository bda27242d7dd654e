package io.shearling.formats.gguf;

import static org.assertj.core.api.Assertions.assertThat;

import io.shearling.formats.model.ModelShape;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.Objects;

/** What must come of a file, whatever its bytes are: all of it can be read, or one sentence says why not. */
final class AnyBytes {
    /** What a reader may allocate, besides what grows with the file. */
    private static final long FLAT = 256 * 1024;

    /** A byte of the file can be a tensor's dimension or a letter of a name, of which Java makes objects. */
    private static final long A_BYTE = 100;

    private AnyBytes() {}

    /** Reads everything; true when that went well, false when the file was refused as it should be. */
    static boolean read(byte[] file) {
        long before = Allocation.ofThisThread();
        boolean read = touched(file);
        if (Allocation.ofThisThread() - before > FLAT + A_BYTE * file.length) {
            // The first time classes were loaded, too.
            before = Allocation.ofThisThread();
            touched(file);
            assertThat(Allocation.ofThisThread() - before).isLessThan(FLAT + A_BYTE * file.length);
        }
        return read;
    }

    private static boolean touched(byte[] file) {
        GgufHeader header;
        try {
            header = GgufParser.parse(ByteBuffer.wrap(file), file.length, "bad.gguf");
        } catch (GgufException refusal) {
            requireSentence(refusal);
            return false;
        }
        touch(header, file.length);
        try {
            ModelShape.find(header.metadata());
        } catch (GgufException refusal) {
            requireSentence(refusal); // a file can be well-formed and no model
        }
        return true;
    }

    private static void requireSentence(GgufException refusal) {
        String message = String.valueOf(refusal.getMessage());
        if (!message.startsWith("bad.gguf: ") || !message.contains("; ") || !message.endsWith(".")) {
            throw new AssertionError("no sentence: " + message, refusal);
        }
    }

    /** A small file with a value of each type and three tensors. */
    static byte[] golden() {
        try (InputStream in = Objects.requireNonNull(AnyBytes.class.getResourceAsStream("golden.gguf"))) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void touch(GgufHeader header, int fileBytes) {
        GgufMetadata metadata = header.metadata();
        int touched = 0;
        for (String key : metadata.keys()) {
            GgufValue value = metadata.value(key);
            touched += value.toString().length() + value.hashCode();
            if (value instanceof GgufArray array) {
                touched += touch(array);
            }
        }
        for (TensorInfo tensor : header.tensors()) {
            if (tensor.fileOffset() < 0 || tensor.fileOffset() + tensor.sizeBytes() > fileBytes) {
                throw new AssertionError(tensor + " is not within the file; " + touched);
            }
        }
    }

    private static int touch(GgufArray array) {
        int touched = 0;
        for (int i = 0; i < array.size(); i++) {
            touched += switch (array.elementType()) {
                case STRING -> array.string(i).length();
                case BOOL -> array.bool(i) ? 1 : 0;
                default -> (int) array.number(i);
            };
        }
        return touched;
    }
}
