package io.shearling.formats.output;

import io.shearling.formats.output.WrittenRanges.Range;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Says of an unfinished file what it is part of and which of its bytes are on the disk: {@code NAME.part-of} beside
 * {@code NAME.part}, a text of a line for the content and one for each range. It is replaced in one step, after the bytes are synced.
 */
final class PartNote {
    private static final String FIRST = "shearling part 1";
    private static final Pattern RANGE = Pattern.compile("(\\d{1,18}) (\\d{1,18})");
    private static final long MOST_BYTES = 1 << 24;

    private final Path path;
    private final @Nullable String content;

    /**
     * The note of a part.
     *
     * @param content what the finished file will be, on one line; null where nothing is noted, and a note of something else goes
     */
    PartNote(Path part, @Nullable String content) {
        path = part.resolveSibling(part.getFileName() + "-of");
        this.content = content;
    }

    /** Whether a later run may go on with the part. */
    boolean resumable() {
        return content != null;
    }

    /** What is there of this content; nothing where the note is missing, damaged, or of another one. */
    List<Range> read() throws IOException {
        if (content == null) {
            return List.of();
        }
        try {
            if (Files.size(path) > MOST_BYTES) {
                return List.of();
            }
            List<String> lines = Files.readAllLines(path, StandardCharsets.UTF_8);
            // The last line is the number of the others: a note that was cut off has none.
            int last = lines.size() - 1;
            if (last < 2
                    || !lines.get(0).equals(FIRST)
                    || !lines.get(1).equals(content)
                    || !lines.get(last).equals(Integer.toString(last))) {
                return List.of();
            }
            List<Range> ranges = new ArrayList<>();
            for (String line : lines.subList(2, last)) {
                Matcher matcher = RANGE.matcher(line);
                if (!matcher.matches()) {
                    return List.of();
                }
                ranges.add(new Range(Long.parseLong(matcher.group(1)), Long.parseLong(matcher.group(2))));
            }
            return ranges;
        } catch (NoSuchFileException | CharacterCodingException e) {
            return List.of();
        }
    }

    /** Says that these bytes are on the disk. */
    void replace(List<Range> ranges) throws IOException {
        StringBuilder text =
                new StringBuilder(FIRST).append('\n').append(content).append('\n');
        ranges.forEach(range ->
                text.append(range.from()).append(' ').append(range.to()).append('\n'));
        text.append(ranges.size() + 2).append('\n');
        Path fresh = fresh();
        try (FileChannel channel = FileChannel.open(
                fresh, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
            ByteBuffer bytes = ByteBuffer.wrap(text.toString().getBytes(StandardCharsets.UTF_8));
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(true);
        }
        Files.move(fresh, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    /** Removes it, and what a crash left of its replacement; whether there was one. */
    boolean remove() throws IOException {
        Files.deleteIfExists(fresh());
        return Files.deleteIfExists(path);
    }

    private Path fresh() {
        return path.resolveSibling(path.getFileName() + ".new");
    }
}
