package io.shearling.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.shearling.hub.HubException.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;

class ModelHubTest extends HubFixture {
    @Test
    void offline_modelNotCached_isOneSentence() throws IOException {
        HubException e = failure(hub(options().offline(true)), TestModel.NAME);
        assertThat(e.reason()).isEqualTo(Reason.OFFLINE);
        assertThat(e)
                .hasMessageContaining("SHEARLING_OFFLINE")
                .hasMessageContaining(modelFile().toString());
        assertThat(server.requests).isEmpty();
        assertThat(filesInCache()).isEmpty();
    }

    @Test
    void offline_modelCached_isFound() {
        resolve();
        assertThat(hub(options().offline(true)).resolve(TestModel.NAME, ProgressListener.none()))
                .isEqualTo(modelFile());
    }

    @Test
    void offline_modelPlacedByHand_isCheckedAndFound() throws IOException {
        Files.createDirectories(modelFile().getParent());
        Files.write(modelFile(), CONTENT);
        assertThat(hub(options().offline(true)).resolve(TestModel.NAME, ProgressListener.none()))
                .isEqualTo(modelFile());
    }

    @Test
    void offline_cachedFileChanged_saysSo() throws IOException {
        resolve();
        Files.write(modelFile(), new byte[10]);
        assertThat(failure(hub(options().offline(true)), TestModel.NAME)).hasMessageContaining("was changed");
    }

    @Test
    void localFile_exists_isGivenBack() throws IOException {
        Path file = Files.write(folder.resolve("own.gguf"), new byte[1]);
        assertThat(hub().resolve(file.toString(), ProgressListener.none())).isEqualTo(file);
    }

    @Test
    void localFile_goneSinceItWasNamed_isRefused() {
        ModelReference gone = new ModelReference.LocalFile(folder.resolve("gone.gguf"));
        assertThatThrownBy(() -> hub().resolve(gone, ProgressListener.none()))
                .isInstanceOf(HubException.class)
                .hasMessageContaining("does not exist");
    }

    @Test
    void catalogueName_unknown_listsTheKnown() {
        ModelReference unknown = new ModelReference.CatalogueName("unknown");
        assertThatThrownBy(() -> hub().resolve(unknown, ProgressListener.none()))
                .isInstanceOf(HubException.class)
                .hasMessageContaining("known names are tiny");
    }

    @Test
    void sources_firstFails_nextIsTried() {
        ModelLocation missing = new ModelLocation.HubFile("owner", "gone", TestModel.FILE, "main");
        ModelHub hub = new ModelHub(options().build(), TestModel.catalogue(CONTENT, missing, TestModel.ON_HUB));
        assertThat(hub.resolve(TestModel.NAME, ProgressListener.none())).hasBinaryContent(CONTENT);
    }

    @Test
    void sources_allFail_areAllNamed() {
        ModelLocation one = new ModelLocation.HubFile("owner", "gone", TestModel.FILE, "main");
        ModelLocation two = new ModelLocation.HubFile("owner", "lost", TestModel.FILE, "main");
        HubException e =
                failure(new ModelHub(options().build(), TestModel.catalogue(CONTENT, one, two)), TestModel.NAME);
        assertThat(e.attempts()).hasSize(2);
        assertThat(e).hasMessageContaining("owner/gone").hasMessageContaining("owner/lost");
    }

    @Test
    void entry_biggerThanTheDisk_isRefusedBeforeAnyRequest() {
        CatalogueEntry huge =
                new CatalogueEntry("huge", "", "huge.gguf", 1L << 60, "0".repeat(64), "", List.of(TestModel.ON_HUB));
        HubException e = failure(new ModelHub(options().build(), Catalogue.of(List.of(huge))), "huge");
        assertThat(e.reason()).isEqualTo(Reason.NO_SPACE);
        assertThat(server.requests).isEmpty();
    }

    @Test
    void cache_cannotBeWritten_isOneSentence() throws IOException {
        Path file = Files.write(folder.resolve("file"), new byte[1]);
        ModelHub hub = hub(HubOptions.builder(file).endpoint(server.endpoint()));
        HubException e = failure(hub, TestModel.NAME);
        assertThat(e.reason()).isEqualTo(Reason.CACHE);
        assertThat(e)
                .hasMessageContaining("The cache at " + file + " cannot be used")
                .hasMessageContaining("Not a directory")
                .hasMessageContaining("make it writable, or name another folder in SHEARLING_CACHE");
    }

    @Test
    void cache_hasAFolderInThePlaceOfTheModel_isFoundBeforeAnyRequest() throws IOException {
        Files.createDirectories(modelFile());
        HubException e = failure(hub(), TestModel.NAME);
        assertThat(e.reason()).isEqualTo(Reason.CACHE);
        assertThat(e)
                .hasMessageContaining("a folder is in the place of its file, " + modelFile() + ": remove that folder");
        assertThat(server.requests).isEmpty();
    }

    @Test
    void cache_hasAFolderInThePlaceOfThePart_saysWhatToRemove() throws IOException {
        Files.createDirectories(partFile().resolve("inside"));
        assertThat(failure(hub(), TestModel.NAME))
                .hasMessageContaining(partFile() + " is a folder): remove that folder");
    }

    @Test
    void listener_throws_endsTheFetchAndLeavesThePart() {
        ModelHub hub = hub();
        assertThatThrownBy(() -> hub.resolve(TestModel.NAME, (step, done, total) -> {
                    if (step.startsWith("checking")) {
                        throw new IllegalStateException("enough");
                    }
                }))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("enough");
        assertThat(partFile()).exists();
        assertThat(modelFile()).doesNotExist();
        assertThat(resolve()).hasBinaryContent(CONTENT);
    }

    @Test
    void interrupt_duringTheTransfer_cancelsAndKeepsThePart()
            throws IOException, InterruptedException, ExecutionException, TimeoutException {
        server.on(TestModel.PATH, server.fallingSilent(CONTENT, 100_000));
        HubException e = cancelWhenBytesCame();
        assertThat(e.reason()).isEqualTo(Reason.CANCELLED);
        assertThat(Files.size(partFile())).isPositive();
        server.on(TestModel.PATH, LoopbackHub.file(CONTENT));
        assertThat(resolve()).hasBinaryContent(CONTENT);
        assertThat(server.requests.get(1).range()).isNotNull();
    }

    /** Starts a fetch, interrupts it once bytes have been counted (those in the file may not be yet), and gives its exception. */
    private HubException cancelWhenBytesCame() throws InterruptedException, ExecutionException, TimeoutException {
        CompletableFuture<HubException> result = new CompletableFuture<>();
        CountDownLatch came = new CountDownLatch(1);
        ModelHub hub = hub();
        Thread fetching = new Thread(() -> {
            try {
                hub.resolve(TestModel.NAME, (step, done, total) -> {
                    if (done > 0) {
                        came.countDown();
                    }
                });
                result.completeExceptionally(new AssertionError("the fetch was not cancelled"));
            } catch (HubException e) {
                assertThat(Thread.currentThread().isInterrupted()).isTrue();
                result.complete(e);
            }
        });
        fetching.start();
        assertThat(came.await(10, TimeUnit.SECONDS)).isTrue();
        fetching.interrupt();
        return result.get(10, TimeUnit.SECONDS);
    }
}
