package io.shearling.hub;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is known of an unfinished download: which content it is a part of, and which bytes are still missing.
 *
 * <p>It lies beside the unfinished file, so that a later call neither joins two files nor fetches twice what is there.
 *
 * @param version the name that the server gave the content, as {@link HubAnswer#version()}; empty if it gave none
 * @param file what is known of the whole file
 * @param missing the bytes that have not arrived, in order
 */
record DownloadNote(String version, Expectation file, List<ByteRange> missing) {
    private static final System.Logger LOG = System.getLogger("io.shearling.hub");
    private static final String FORMAT = "shearling-part-1";
    private static final String NONE = "-";
    private static final int HEAD_LINES = 4;

    DownloadNote {
        missing = List.copyOf(missing);
    }

    /** The note on a file that has arrived and waits for its check. */
    static DownloadNote ofAll(Expectation file) {
        return new DownloadNote("", file, List.of());
    }

    boolean isComplete() {
        return missing.isEmpty();
    }

    /** How many bytes have arrived. */
    long doneBytes() {
        if (file.sizeBytes() < 0) {
            return missing.isEmpty() ? 0 : missing.get(0).from();
        }
        return file.sizeBytes() - missing.stream().mapToLong(ByteRange::bytes).sum();
    }

    /** The least length of a file that has all bytes that are not missing. */
    long leastLength() {
        boolean lacksItsEnd = !missing.isEmpty()
                && (file.sizeBytes() < 0 || missing.get(missing.size() - 1).to() == file.sizeBytes());
        return lacksItsEnd ? missing.get(missing.size() - 1).from() : Math.max(0, file.sizeBytes());
    }

    /** Whether this can be a part of the wanted file. */
    boolean fits(Expectation wanted) {
        boolean sameSize = wanted.sizeBytes() < 0 || file.sizeBytes() < 0 || wanted.sizeBytes() == file.sizeBytes();
        boolean sameSum = wanted.sha256() == null
                || file.sha256() == null
                || wanted.sha256().equals(file.sha256());
        return sameSize && sameSum;
    }

    /** Reads a note; null if there is none that can be understood. */
    static @Nullable DownloadNote read(Path path) throws IOException {
        if (!Files.isRegularFile(path)) {
            return null;
        }
        try {
            return parse(Files.readString(path).lines().toList());
        } catch (IllegalArgumentException | CharacterCodingException e) {
            LOG.log(
                    Level.INFO,
                    "the note {0} cannot be read ({1}); starting from the first byte",
                    path,
                    e.getMessage());
            return null;
        }
    }

    private static DownloadNote parse(List<String> lines) {
        if (lines.size() < HEAD_LINES || !lines.get(0).equals(FORMAT)) {
            throw new IllegalArgumentException("unknown format");
        }
        if (!HubAnswer.isPrintable(lines.get(1))) {
            throw new IllegalArgumentException("no version");
        }
        Expectation file =
                new Expectation(Long.parseLong(lines.get(2)), lines.get(3).equals(NONE) ? null : lines.get(3));
        if (file.sizeBytes() < -1 || file.sizeBytes() == 0) {
            throw new IllegalArgumentException("no size");
        }
        long end = ByteRange.ofFile(file.sizeBytes()).to();
        List<ByteRange> missing = new ArrayList<>();
        long last = 0;
        for (String line : lines.subList(HEAD_LINES, lines.size())) {
            int dash = line.indexOf('-');
            ByteRange range = new ByteRange(
                    Long.parseLong(line, 0, Math.max(dash, 0), 10), Long.parseLong(line, dash + 1, line.length(), 10));
            if (range.from() < last || range.to() > end) {
                throw new IllegalArgumentException("ranges out of order");
            }
            last = range.to();
            missing.add(range);
        }
        // Nobody knows where a file of unknown size ends until it has.
        if (file.sizeBytes() < 0
                && !missing.isEmpty()
                && (missing.size() > 1 || !missing.get(0).isOpen())) {
            throw new IllegalArgumentException("ranges of a file of unknown size");
        }
        return new DownloadNote(lines.get(1), file, missing);
    }

    /** Writes the note in one step, so that a process that ends now leaves this note or the one before. */
    void write(Path path) throws IOException {
        List<String> lines = new ArrayList<>(List.of(
                FORMAT, version, Long.toString(file.sizeBytes()), file.sha256() == null ? NONE : file.sha256()));
        missing.forEach(range -> lines.add(range.from() + "-" + range.to()));
        Path beside = path.resolveSibling(path.getFileName() + ModelFiles.NEW);
        try (FileChannel out = FileChannel.open(
                beside, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
            ByteBuffer text = StandardCharsets.UTF_8.encode(String.join("\n", lines) + "\n");
            while (text.hasRemaining()) {
                out.write(text);
            }
            out.force(true);
        }
        Files.move(beside, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
}
