package io.shearling.natives;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NativeFolderTest {
    private final MemoryBundle bundle =
            new MemoryBundle().with("liba.so", "first").with("libb.so.0", "second");
    private final BundledFiles bundled = new BundledFiles(List.of(bundle));

    @TempDir
    Path base;

    @Test
    void prepare_withoutFolder_writesExecutableFilesAndNothingElse() throws IOException {
        Path folder = prepare();

        assertThat(folder).hasParent(base).hasFileName(bundled.id());
        assertThat(folder.resolve("liba.so")).hasContent("first").isExecutable();
        assertThat(folder.resolve("libb.so.0")).hasContent("second").isExecutable();
        assertThat(namesIn(folder)).containsExactlyInAnyOrder("liba.so", "libb.so.0", FolderSeal.NAME);
        assertThat(namesIn(base)).containsExactly(bundled.id());
    }

    @Test
    void restore_otherBytesOfTheSameSize_areReplaced() throws IOException {
        Path file = prepare().resolve("liba.so");
        NativeFolder folder = new NativeFolder(base, bundled);
        assertThat(folder.restore()).isFalse();
        Files.writeString(file, "FIRST");

        assertThat(folder.restore()).isTrue();
        assertThat(file).hasContent("first").isExecutable();
    }

    @Test
    void prepare_again_opensNoFileOfTheBundle() throws IOException {
        prepare();
        bundle.opened.set(0);

        prepare();

        assertThat(bundle.opened).hasValue(0);
    }

    @Test
    void prepare_aTruncatedFile_isReplacedWithoutTouchingTheOldOne() throws IOException {
        Path file = prepare().resolve("liba.so");
        Files.writeString(file, "f");
        bundle.opened.set(0);

        try (InputStream old = Files.newInputStream(file)) {
            prepare();

            assertThat(old.readAllBytes()).isEqualTo("f".getBytes(StandardCharsets.UTF_8));
        }
        assertThat(file).hasContent("first").isExecutable();
        assertThat(bundle.opened).hasValue(1);
    }

    @Test
    void prepare_aFileOfTheRightSizeWithoutMarker_isCheckedByItsHash() throws IOException {
        Path folder = prepare();
        Files.writeString(folder.resolve("liba.so"), "FIRST");
        Files.delete(folder.resolve(FolderSeal.NAME));

        prepare();

        assertThat(folder.resolve("liba.so")).hasContent("first");
        assertThat(folder.resolve(FolderSeal.NAME)).exists();
    }

    @Test
    void prepare_aMissingFile_comesBack() throws IOException {
        Path folder = prepare();
        Files.delete(folder.resolve("libb.so.0"));

        prepare();

        assertThat(folder.resolve("libb.so.0")).hasContent("second");
    }

    @Test
    void prepare_aBundleThatDoesNotMatchItsIndex_leavesNothing() {
        bundle.damage("libb.so.0", "thrice");

        assertThatThrownBy(this::prepare)
                .isInstanceOfSatisfying(
                        NativeLoadException.class,
                        e -> assertThat(e.reason()).isEqualTo(NativeLoadException.Reason.DAMAGED_BUNDLE))
                .hasMessageContaining("libb.so.0");
        assertThat(namesIn(base)).isEmpty();
    }

    @Test
    void prepare_belowAFile_isAnIoException() throws IOException {
        Path file = Files.writeString(base.resolve("file"), "");

        assertThatIOException().isThrownBy(() -> new NativeFolder(file.resolve("natives"), bundled).prepare());
    }

    @Test
    void prepare_aFileThatMayNotBeReadOrExecuted_mayBeAgain() throws IOException {
        Path file = prepare().resolve("liba.so");
        Files.setPosixFilePermissions(file, Set.of());

        prepare();

        assertThat(file).hasContent("first").isExecutable();
    }

    @Test
    void prepare_aFileWrittenToSince_isReplacedAlthoughItsSizeIsRight() throws IOException {
        Path file = prepare().resolve("liba.so");
        Files.writeString(file, "FIRST");
        Files.setLastModifiedTime(file, FileTime.from(Instant.now().plusSeconds(1)));

        prepare();

        assertThat(file).hasContent("first");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "wool", "\0\1\2"})
    void prepare_aBrokenSeal_isMadeAgain(String seal) throws IOException {
        Path folder = prepare();
        String good = Files.readString(folder.resolve(FolderSeal.NAME));
        Files.writeString(folder.resolve(FolderSeal.NAME), seal);
        bundle.opened.set(0);

        prepare();

        assertThat(folder.resolve(FolderSeal.NAME)).hasContent(good);
        assertThat(bundle.opened).as("files written again").hasValue(0);
    }

    @Test
    void prepare_aCopyOfAFolder_isReadOnceAndSealedAnew() throws IOException {
        Path other = Files.createDirectories(base.resolve("other").resolve(bundled.id()));
        try (Stream<Path> files = Files.list(prepare())) {
            for (Path file : files.toList()) {
                Path copy = Files.copy(file, other.resolve(file.getFileName()));
                Files.setLastModifiedTime(copy, FileTime.from(Instant.EPOCH));
            }
        }
        bundle.opened.set(0);

        new NativeFolder(base.resolve("other"), bundled).prepare();

        assertThat(bundle.opened).hasValue(0);
        assertThat(FolderSeal.holds(other, bundled)).isTrue();
    }

    @Test
    void restore_aFolderThatHasGone_comesBack() throws IOException {
        Path folder = prepare();
        FolderCleaning.delete(folder);

        assertThat(new NativeFolder(base, bundled).restore()).isTrue();
        assertThat(folder.resolve("liba.so")).hasContent("first");
    }

    @Test
    void damaged_afterAChange_namesTheFile() throws IOException {
        Path folder = prepare();
        assertThat(new NativeFolder(base, bundled).damaged()).isEmpty();
        Files.writeString(folder.resolve("liba.so"), "FIRST");
        Files.delete(folder.resolve("libb.so.0"));

        assertThat(new NativeFolder(base, bundled).damaged()).containsExactly("liba.so", "libb.so.0");
    }

    @Test
    void prepare_inManyThreads_givesOneWholeFolder() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(8);
        try {
            for (int round = 0; round < 20; round++) {
                Path place = base.resolve("round" + round);
                CountDownLatch start = new CountDownLatch(1);
                List<Future<Path>> results = new ArrayList<>();
                for (int i = 0; i < 8; i++) {
                    results.add(threads.submit(() -> {
                        start.await();
                        return new NativeFolder(place, bundled).prepare();
                    }));
                }
                start.countDown();
                for (Future<Path> result : results) {
                    assertThat(result.get().resolve("libb.so.0")).hasContent("second");
                }
                assertThat(namesIn(place)).containsExactly(bundled.id());
            }
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void prepare_aNewFolder_removesWhatNobodyHasUsedForAMonth() throws IOException {
        Path unused = Files.createDirectory(base.resolve("0000000000000001"));
        age(Files.writeString(unused.resolve(FolderSeal.NAME), ""), 31);
        Path used = Files.createDirectory(base.resolve("0000000000000002"));
        age(Files.writeString(used.resolve(FolderSeal.NAME), ""), 29);
        Path abandoned = age(Files.createDirectory(base.resolve("0000000000000003.part-x")), 2);
        Path running = Files.createDirectory(base.resolve("0000000000000003.part-y"));

        prepare();

        assertThat(unused).doesNotExist();
        assertThat(abandoned).doesNotExist();
        assertThat(used).exists();
        assertThat(running).exists();
    }

    @Test
    void prepare_again_writesDownTheDayOfUse() throws IOException {
        Path marker = prepare().resolve(FolderSeal.NAME);
        age(marker, 20);

        prepare();

        assertThat(Files.getLastModifiedTime(marker).toInstant())
                .isAfter(Instant.now().minus(Duration.ofDays(1)));
    }

    private Path prepare() throws IOException {
        return new NativeFolder(base, bundled).prepare();
    }

    private static Path age(Path path, int days) throws IOException {
        return Files.setLastModifiedTime(path, FileTime.from(Instant.now().minus(Duration.ofDays(days))));
    }

    private static List<String> namesIn(Path folder) {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).toList();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
