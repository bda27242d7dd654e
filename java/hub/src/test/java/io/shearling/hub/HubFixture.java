package io.shearling.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** An empty cache and a hub on the loopback address that serves the test model. */
abstract class HubFixture {
    static final byte[] CONTENT = TestModel.bytes(300_000);

    @TempDir
    Path folder;

    LoopbackHub server;

    @BeforeEach
    void startServer() throws IOException {
        server = new LoopbackHub().on(TestModel.PATH, LoopbackHub.file(CONTENT));
    }

    @AfterEach
    void stopServer() {
        server.close();
    }

    HubOptions.Builder options() {
        return HubOptions.builder(folder)
                .endpoint(server.endpoint())
                .stallTimeout(Duration.ofSeconds(10))
                .firstPause(Duration.ofMillis(5));
    }

    ModelHub hub(HubOptions.Builder options) {
        return new ModelHub(options.build(), TestModel.catalogue(CONTENT, TestModel.ON_HUB));
    }

    ModelHub hub() {
        return hub(options());
    }

    Path resolve() {
        return hub().resolve(TestModel.NAME, ProgressListener.none());
    }

    HubException failure(ModelHub hub, String reference) {
        HubException e =
                catchThrowableOfType(HubException.class, () -> hub.resolve(reference, ProgressListener.none()));
        assertThat(e).isNotNull();
        assertThat(e.getMessage()).endsWith(".").doesNotContain("\n");
        return e;
    }

    Path modelFile() {
        return folder.resolve("models").resolve(TestModel.NAME).resolve(TestModel.FILE);
    }

    Path partFile() {
        return new DownloadFile(modelFile()).path();
    }

    /** Puts the beginning of a model into the cache, as an earlier fetch would have left it. */
    void begun(byte[] content, DownloadNote note) throws IOException {
        Files.createDirectories(partFile().getParent());
        Files.write(partFile(), content);
        note.write(new ModelFiles(modelFile()).note());
    }

    /** A note on the test model of which the first bytes have arrived. */
    static DownloadNote noteOf(int bytes) {
        return new DownloadNote(
                "",
                new Expectation(CONTENT.length, TestModel.sha256(CONTENT)),
                List.of(new ByteRange(bytes, CONTENT.length)));
    }

    /** All files and folders below the cache but the locks. */
    List<Path> everythingInCache() throws IOException {
        try (Stream<Path> tree = Files.walk(folder)) {
            return tree.filter(path -> !path.equals(folder) && !path.startsWith(folder.resolve("locks")))
                    .toList();
        }
    }

    /** All files below the cache but the locks. */
    List<Path> filesInCache() throws IOException {
        try (Stream<Path> tree = Files.walk(folder)) {
            return tree.filter(Files::isRegularFile)
                    .filter(file -> !file.toString().endsWith(".lock"))
                    .toList();
        }
    }
}
