package io.shearling.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelCacheTest extends HubFixture {
    private List<String> steps() {
        List<String> steps = new ArrayList<>();
        hub().resolve(TestModel.NAME, (step, done, total) -> steps.add(step));
        return steps;
    }

    private OptionalLong remove(String reference) {
        ModelReference parsed = reference.startsWith("hf:")
                ? ModelReference.parse(reference)
                : new ModelReference.CatalogueName(reference);
        return hub().cache().remove(parsed, ProgressListener.none());
    }

    @Test
    void look_untouchedFile_isNotReadAgain() {
        resolve();
        assertThat(steps()).isEmpty();
    }

    @Test
    void look_touchedFile_isReadOnceMore() throws IOException {
        resolve();
        Files.setLastModifiedTime(modelFile(), FileTime.from(Instant.parse("2020-01-01T00:00:00Z")));
        assertThat(steps()).contains("checking tiny.gguf").noneMatch(step -> step.startsWith("fetching"));
        assertThat(steps()).isEmpty();
    }

    @Test
    void look_changedFile_isFetchedAgain() throws IOException {
        resolve();
        byte[] changed = CONTENT.clone();
        changed[7] ^= 1;
        Files.write(modelFile(), changed);
        assertThat(resolve()).hasBinaryContent(CONTENT);
        assertThat(server.requests).hasSize(2);
    }

    @Test
    void look_damagedNote_isReplaced() throws IOException {
        resolve();
        for (String note : List.of("", "shearling-verified-1\nx\ny\nz\n", "other\n1\n2\n3\n")) {
            Files.writeString(VerifiedMarker.pathFor(modelFile()), note);
            assertThat(steps()).contains("checking tiny.gguf");
            assertThat(steps()).isEmpty();
        }
    }

    @Test
    void look_noteOfOtherModel_isNotBelieved() throws IOException {
        Files.createDirectories(modelFile().getParent());
        Files.write(modelFile(), new byte[5]);
        VerifiedMarker.of(modelFile(), "0".repeat(64)).write(modelFile());
        assertThat(resolve()).hasBinaryContent(CONTENT);
    }

    @Test
    void list_emptyCache_isEmpty() {
        assertThat(new ModelCache(folder.resolve("nowhere")).list()).isEmpty();
    }

    @Test
    void list_models_haveSizeSumAndTimes() {
        Instant before = Instant.now().minusSeconds(2);
        resolve();
        hub().resolve("hf:owner/repo:tiny.gguf", ProgressListener.none());
        List<CachedModel> models = hub().cache().list();
        assertThat(models)
                .extracting(model -> model.reference().text())
                .containsExactly("hf:owner/repo:tiny.gguf", TestModel.NAME);
        assertThat(models).allSatisfy(model -> {
            assertThat(model.sizeBytes()).isEqualTo(CONTENT.length);
            assertThat(model.sha256()).isEqualTo(TestModel.sha256(CONTENT));
            assertThat(model.state()).isEqualTo(CachedModel.State.VERIFIED);
            assertThat(model.path()).hasBinaryContent(CONTENT);
            assertThat(model.fetched()).isBetween(before, Instant.now());
            assertThat(model.lastUsed()).isBetween(before, Instant.now());
        });
    }

    @Test
    void list_modelUsedAgain_tellsWhen() throws IOException {
        resolve();
        FileTime old = FileTime.from(Instant.parse("2020-01-01T00:00:00Z"));
        Files.setLastModifiedTime(modelFile(), old);
        resolve();
        Files.setLastModifiedTime(VerifiedMarker.pathFor(modelFile()), old);
        assertThat(hub().cache().list().get(0).lastUsed()).isEqualTo(old.toInstant());
        Instant before = Instant.now().minusSeconds(2);
        resolve();
        assertThat(hub().cache().list().get(0).lastUsed()).isAfter(before);
        assertThat(hub().cache().list().get(0).fetched()).isEqualTo(old.toInstant());
    }

    @Test
    void list_unfinishedFetch_showsWhatHasArrived() throws IOException {
        begun(new byte[1000], noteOf(1000));
        assertThat(hub().cache().list()).singleElement().satisfies(model -> {
            assertThat(model.reference().text()).isEqualTo(TestModel.NAME);
            assertThat(model.state()).isEqualTo(CachedModel.State.UNFINISHED);
            assertThat(model.sizeBytes()).isEqualTo(1000);
            assertThat(model.path()).isEqualTo(modelFile());
        });
    }

    @Test
    void list_foldersOfSourcesAtWorkAndNotes_areNoModels() throws IOException {
        resolve();
        Files.createDirectories(modelFile().resolveSibling("tiny.gguf.work/tmp"));
        Files.write(modelFile().resolveSibling("tiny.gguf.work/tmp/x"), new byte[4]);
        Files.write(modelFile().resolveSibling("tiny.gguf.verified.new"), new byte[4]);
        assertThat(hub().cache().list()).hasSize(1);
    }

    @Test
    void list_changedFile_hasNoSum() throws IOException {
        resolve();
        Files.write(modelFile(), new byte[10]);
        assertThat(hub().cache().list()).singleElement().satisfies(model -> {
            assertThat(model.sha256()).isNull();
            assertThat(model.state()).isEqualTo(CachedModel.State.UNVERIFIED);
        });
    }

    @Test
    void remove_catalogueModel_leavesNothingOfIt() throws IOException {
        resolve();
        Files.write(partFile(), new byte[3]);
        Files.createDirectories(modelFile().resolveSibling("tiny.gguf.work/tmp"));
        Files.write(modelFile().resolveSibling("tiny.gguf.work/tmp/x"), new byte[4]);
        assertThat(remove(TestModel.NAME).orElseThrow()).isGreaterThanOrEqualTo(CONTENT.length + 7);
        assertThat(filesInCache()).isEmpty();
        assertThat(folder.resolve("models/tiny")).doesNotExist();
        assertThat(remove(TestModel.NAME)).isEmpty();
    }

    @Test
    void remove_hubFile_leavesTheOthers() {
        server.on("/owner/repo/resolve/main/other.gguf", LoopbackHub.file(CONTENT));
        hub().resolve("hf:owner/repo:tiny.gguf", ProgressListener.none());
        hub().resolve("hf:owner/repo:other.gguf", ProgressListener.none());
        ModelCache cache = hub().cache();
        remove("hf:owner/repo:tiny.gguf");
        assertThat(cache.list())
                .extracting(model -> model.reference().text())
                .containsExactly("hf:owner/repo:other.gguf");
        remove("hf:owner/repo");
        assertThat(cache.list()).isEmpty();
    }

    @Test
    void remove_hubModel_leavesNoFolder() throws IOException {
        server.on(
                "/api/models/owner/repo/revision/main",
                LoopbackHub.file("{\"siblings\":[{\"rfilename\":\"tiny.gguf\"}]}".getBytes(StandardCharsets.UTF_8)));
        hub().resolve("hf:owner/repo", ProgressListener.none());
        remove("hf:owner/repo:tiny.gguf");
        assertThat(everythingInCache()).isEmpty();
    }

    @Test
    void remove_linkedFile_leavesWhatTheLinkLeadsTo(@TempDir Path elsewhere) throws IOException {
        Path own = Files.write(elsewhere.resolve("own.gguf"), CONTENT);
        Files.createDirectories(modelFile().getParent());
        Files.createSymbolicLink(modelFile(), own);
        assertThat(resolve()).isEqualTo(modelFile());
        assertThat(hub().cache().list()).hasSize(1);
        assertThat(remove(TestModel.NAME)).isNotEmpty();
        assertThat(own).hasBinaryContent(CONTENT);
        assertThat(everythingInCache()).isEmpty();
    }

    @Test
    void remove_folderThatIsALinkOutOfTheCache_deletesNothing(@TempDir Path elsewhere) throws IOException {
        Path own = Files.write(elsewhere.resolve("tiny.gguf"), CONTENT);
        Files.createDirectories(folder.resolve("models"));
        Files.createSymbolicLink(folder.resolve("models").resolve(TestModel.NAME), elsewhere);
        assertThat(remove(TestModel.NAME)).isEmpty();
        assertThat(own).exists();
    }

    @Test
    void list_modelsFolderOnAnotherDisk_isFollowed(@TempDir Path elsewhere) throws IOException {
        Files.createSymbolicLink(folder.resolve("models"), elsewhere);
        resolve();
        assertThat(hub().cache().list()).extracting(CachedModel::path).containsExactly(modelFile());
        assertThat(remove(TestModel.NAME)).isNotEmpty();
        assertThat(elsewhere).isEmptyDirectory();
        assertThat(folder.resolve("models")).isSymbolicLink();
    }

    @Test
    void remove_whileItIsFetched_waitsForTheFetch() throws Exception {
        CountDownLatch waiting = new CountDownLatch(1);
        server.on(TestModel.PATH, exchange -> {
            exchange.sendResponseHeaders(200, CONTENT.length);
            exchange.getResponseBody().write(CONTENT, 0, 1000);
            exchange.getResponseBody().flush();
            try {
                waiting.await(10, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
            exchange.getResponseBody().write(CONTENT, 1000, CONTENT.length - 1000);
        });
        CompletableFuture<Path> fetch = CompletableFuture.supplyAsync(this::resolve);
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        while (System.nanoTime() < end && !Files.exists(partFile())) {
            Thread.sleep(10);
        }
        ModelReference reference = new ModelReference.CatalogueName(TestModel.NAME);
        OptionalLong freed = hub().cache().remove(reference, (step, done, total) -> {
            assertThat(step).isEqualTo("waiting for another process that fetches tiny");
            waiting.countDown();
        });
        assertThat(fetch.get(10, TimeUnit.SECONDS)).isEqualTo(modelFile());
        assertThat(freed.orElseThrow()).isGreaterThanOrEqualTo(CONTENT.length);
        assertThat(everythingInCache()).isEmpty();
    }

    @Test
    void remove_localFile_isRefused() {
        ModelReference local = new ModelReference.LocalFile(folder.resolve("x"));
        assertThatThrownBy(() -> hub().cache().remove(local, ProgressListener.none()))
                .isInstanceOf(HubException.class);
    }
}
