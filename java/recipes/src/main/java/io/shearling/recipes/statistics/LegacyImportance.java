package io.shearling.recipes.statistics;

import io.shearling.recipes.RecipeException;
import io.shearling.recipes.RecipeException.Kind;
import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/**
 * The form of importance matrices before GGUF. All numbers are little-endian: a count of entries; for each the length of its name,
 * the name, how many chunks, how many values, and the values as floats, means times chunks; at the end, if at all, the chunks and
 * the length and name of the text.
 */
final class LegacyImportance {
    private static final int MOST_ENTRIES = 1 << 20;
    private static final int LONGEST_NAME = 1 << 10;

    private LegacyImportance() {}

    static ImportanceFile read(Path path) {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            if (channel.size() > Integer.MAX_VALUE) {
                throw ImportanceReader.unknown(path, "it is larger than importance matrices of this form are");
            }
            return read(
                    path,
                    channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size())
                            .order(ByteOrder.LITTLE_ENDIAN));
        } catch (IOException e) {
            throw new RecipeException(Kind.IO, path.toString(), "it cannot be read", "check the path", e);
        } catch (BufferUnderflowException e) {
            throw ImportanceReader.unknown(path, "it is neither GGUF nor a whole importance matrix of the older form");
        }
    }

    private static ImportanceFile read(Path path, ByteBuffer data) {
        int entries = count(path, data, 1, MOST_ENTRIES);
        List<Importance> tensors = new ArrayList<>();
        for (int i = 0; i < entries; i++) {
            String name = text(path, data);
            int chunks = data.getInt();
            float[] values = new float[count(path, data, 1, data.remaining() / Float.BYTES)];
            data.asFloatBuffer().get(values);
            data.position(data.position() + values.length * Float.BYTES);
            // Without a count upstream takes the values as they are.
            tensors.add(new Importance(name, values, new float[] {chunks > 0 ? chunks : 1}));
        }
        int chunks = data.hasRemaining() ? Math.max(0, data.getInt()) : 0;
        List<String> datasets = data.hasRemaining() ? List.of(text(path, data)) : List.of();
        return new ImportanceFile(datasets, chunks, 0, tensors);
    }

    private static String text(Path path, ByteBuffer data) {
        byte[] bytes = new byte[count(path, data, 0, LONGEST_NAME)];
        data.get(bytes);
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private static int count(Path path, ByteBuffer data, int least, int most) {
        int value = data.getInt();
        if (value < least || value > most) {
            throw ImportanceReader.unknown(path, "it is neither GGUF nor an importance matrix of the older form");
        }
        return value;
    }
}
