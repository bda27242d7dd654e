package io.shearling.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ModelCacheTest extends HubFixture {
    private List<String> steps() {
        List<String> steps = new ArrayList<>();
        hub().resolve(TestModel.NAME, (step, done, total) -> steps.add(step));
        return steps;
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
    void list_models_withoutWhatIsUnfinished() throws IOException {
        resolve();
        hub().resolve("hf:owner/repo:tiny.gguf", ProgressListener.none());
        Files.write(partFile(), new byte[3]);
        List<CachedModel> models = hub().cache().list();
        assertThat(models)
                .extracting(model -> model.reference().text())
                .containsExactly("hf:owner/repo:tiny.gguf", TestModel.NAME);
        assertThat(models).allSatisfy(model -> {
            assertThat(model.sizeBytes()).isEqualTo(CONTENT.length);
            assertThat(model.sha256()).isEqualTo(TestModel.sha256(CONTENT));
            assertThat(model.path()).hasBinaryContent(CONTENT);
        });
    }

    @Test
    void list_changedFile_hasNoSum() throws IOException {
        resolve();
        Files.write(modelFile(), new byte[10]);
        assertThat(hub().cache().list())
                .singleElement()
                .satisfies(model -> assertThat(model.sha256()).isNull());
    }

    @Test
    void remove_catalogueModel_leavesNothingOfIt() throws IOException {
        resolve();
        Files.write(partFile(), new byte[3]);
        Files.createDirectories(modelFile().resolveSibling("tiny.gguf.work/tmp"));
        Files.write(modelFile().resolveSibling("tiny.gguf.work/tmp/x"), new byte[4]);
        ModelCache cache = hub().cache();
        assertThat(cache.remove(new ModelReference.CatalogueName(TestModel.NAME)))
                .isGreaterThanOrEqualTo(CONTENT.length + 7);
        assertThat(filesInCache()).isEmpty();
        assertThat(folder.resolve("models/tiny")).doesNotExist();
        assertThat(cache.remove(new ModelReference.CatalogueName(TestModel.NAME)))
                .isZero();
    }

    @Test
    void remove_hubFile_leavesTheOthers() {
        server.on("/owner/repo/resolve/main/other.gguf", LoopbackHub.file(CONTENT));
        hub().resolve("hf:owner/repo:tiny.gguf", ProgressListener.none());
        hub().resolve("hf:owner/repo:other.gguf", ProgressListener.none());
        ModelCache cache = hub().cache();
        cache.remove(ModelReference.parse("hf:owner/repo:tiny.gguf"));
        assertThat(cache.list())
                .extracting(model -> model.reference().text())
                .containsExactly("hf:owner/repo:other.gguf");
        cache.remove(ModelReference.parse("hf:owner/repo"));
        assertThat(cache.list()).isEmpty();
    }

    @Test
    void remove_localFile_isRefused() {
        ModelReference local = new ModelReference.LocalFile(folder.resolve("x"));
        assertThatThrownBy(() -> hub().cache().remove(local)).isInstanceOf(HubException.class);
    }
}
