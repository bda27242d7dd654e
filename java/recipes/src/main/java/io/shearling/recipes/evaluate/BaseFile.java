package io.shearling.recipes.evaluate;

import io.shearling.recipes.RecipeException;
import io.shearling.recipes.RecipeException.Kind;
import io.shearling.runtime.error.ErrorCode;
import io.shearling.runtime.error.ShearlingException;
import io.shearling.runtime.measure.RowsForm;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * The head of a file with the rows of a base; the rows follow it.
 *
 * <p>llama-perplexity's: {@code _logits_}, then as 32-bit integers, little endian, the tokens of a chunk, the tokens of the
 * vocabulary, the number of chunks, and the tokens of all chunks. The cache's is the same behind another word, with the base's
 * fingerprint before the tokens.
 *
 * @param fingerprint of the base; empty in llama-perplexity's form, which has none
 * @param tokens of all chunks
 */
@SuppressWarnings("ArrayRecordComponent") // written once, compared never
record BaseFile(RowsForm form, int contextTokens, int vocabulary, int chunks, String fingerprint, int[] tokens) {
    private static final int MAGIC_BYTES = 8;
    private static final int HEAD_BYTES = MAGIC_BYTES + 3 * Integer.BYTES;

    private static byte[] magic(RowsForm form) {
        return (form == RowsForm.STORED ? "_logits_" : "shlbase1").getBytes(StandardCharsets.US_ASCII);
    }

    private static int fingerprintBytes(RowsForm form) {
        return form == RowsForm.STORED ? 0 : Fingerprint.LENGTH;
    }

    /** Where the rows begin. */
    long sizeBytes() {
        return HEAD_BYTES + fingerprintBytes(form) + (long) tokens.length * Integer.BYTES;
    }

    ByteBuffer bytes() {
        ByteBuffer bytes = ByteBuffer.allocate(Math.toIntExact(sizeBytes())).order(ByteOrder.LITTLE_ENDIAN);
        bytes.put(magic(form)).putInt(contextTokens).putInt(vocabulary).putInt(chunks);
        bytes.put(fingerprint.getBytes(StandardCharsets.US_ASCII));
        for (int token : tokens) {
            bytes.putInt(token);
        }
        return bytes.flip();
    }

    /**
     * Reads a head.
     *
     * @throws RecipeException when the file is no such file
     */
    static BaseFile read(Path file, RowsForm form) {
        try (FileChannel channel = FileChannel.open(file)) {
            ByteBuffer head = read(channel, 0, HEAD_BYTES + fingerprintBytes(form));
            byte[] magic = new byte[MAGIC_BYTES];
            head.get(magic);
            int context = head.getInt();
            int vocabulary = head.getInt();
            int chunks = head.getInt();
            byte[] fingerprint = new byte[fingerprintBytes(form)];
            head.get(fingerprint);
            long tokens = (long) context * chunks;
            boolean sane = Arrays.equals(magic, magic(form))
                    && context >= EvaluationOptions.LEAST_CONTEXT
                    && context <= EvaluationOptions.MOST_CONTEXT
                    && vocabulary > 0
                    && chunks > 0
                    && tokens <= (channel.size() - head.capacity()) / Integer.BYTES
                    && tokens < Integer.MAX_VALUE / Integer.BYTES;
            if (!sane) {
                throw refusal(file, form);
            }
            int[] list = new int[(int) tokens];
            read(channel, head.capacity(), (int) tokens * Integer.BYTES)
                    .asIntBuffer()
                    .get(list);
            return new BaseFile(
                    form, context, vocabulary, chunks, new String(fingerprint, StandardCharsets.US_ASCII), list);
        } catch (NoSuchFileException e) {
            throw new RecipeException(
                    Kind.IO, file.toString(), "there is no such file", "give one that was written before", e);
        } catch (ClosedByInterruptException e) {
            throw new ShearlingException(ErrorCode.CANCELLED, "reading " + file + " was interrupted", e);
        } catch (IOException e) {
            throw new RecipeException(
                    Kind.IO, file.toString(), "it cannot be read (" + e.getMessage() + ")", "make it again", e);
        }
    }

    private static ByteBuffer read(FileChannel channel, long from, int size) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
        while (bytes.hasRemaining()) {
            if (channel.read(bytes, from + bytes.position()) < 0) {
                // What is missing is zero, which no head has.
                return bytes.rewind();
            }
        }
        return bytes.flip();
    }

    private static RecipeException refusal(Path file, RowsForm form) {
        String what = form == RowsForm.STORED
                ? "file of logits, as llama-perplexity --kl-divergence-base and --save-logits write it"
                : "cache of a base, as --cache writes it";
        return new RecipeException(Kind.IO, file.toString(), "it is no " + what, "make it again or name another");
    }
}
