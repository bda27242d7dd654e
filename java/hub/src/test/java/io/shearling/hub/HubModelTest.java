package io.shearling.hub;

import static org.assertj.core.api.Assertions.assertThat;

import io.shearling.hub.HubException.Reason;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** References of the form {@code hf:owner/repo}, whose size and checksum only the hub knows. */
class HubModelTest extends HubFixture {
    private static final String API = "/api/models/owner/repo/revision/main";

    private Path cached() {
        return folder.resolve("models/hf/owner/repo/main/tiny.gguf");
    }

    private void list(String... files) {
        String siblings = "{\"rfilename\":\"" + String.join("\"},{\"rfilename\":\"", files) + "\"}";
        byte[] json = ("{\"id\":\"owner/repo\",\"gated\":false,\"n\":1.5,\"siblings\":[" + siblings + "]}")
                .getBytes(StandardCharsets.UTF_8);
        server.on(API, LoopbackHub.file(json));
    }

    @Test
    void resolve_fileWithLinkedEtag_isCheckedByIt() {
        String etag = "\"" + TestModel.sha256(CONTENT) + "\"";
        server.on(TestModel.PATH, LoopbackHub.withHeader("X-Linked-Etag", etag, LoopbackHub.file(CONTENT)));
        assertThat(hub().resolve("hf:owner/repo:tiny.gguf", ProgressListener.none()))
                .isEqualTo(cached())
                .hasBinaryContent(CONTENT);
    }

    @ParameterizedTest
    @ValueSource(strings = {"X-Linked-Etag", "ETag"})
    void resolve_fileWithOtherSum_isRefused(String header) throws IOException {
        server.on(TestModel.PATH, LoopbackHub.withHeader(header, "0".repeat(64), LoopbackHub.file(CONTENT)));
        assertThat(failure(hub(), "hf:owner/repo:tiny.gguf")).hasMessageContaining("instead of " + "0".repeat(64));
        assertThat(filesInCache()).isEmpty();
    }

    @Test
    void resolve_etagOfAnotherHost_isNotTakenForTheSum() throws IOException {
        try (LoopbackHub other = new LoopbackHub()
                .on("/blob", LoopbackHub.withHeader("ETag", "0".repeat(64), LoopbackHub.file(CONTENT)))) {
            server.on(TestModel.PATH, LoopbackHub.redirect(other.endpoint("localhost") + "/blob"));
            assertThat(hub().resolve("hf:owner/repo:tiny.gguf", ProgressListener.none()))
                    .hasBinaryContent(CONTENT);
        }
    }

    @Test
    void resolve_fileWithoutSum_isCheckedBySize() {
        assertThat(hub().resolve("hf:owner/repo:tiny.gguf", ProgressListener.none()))
                .hasBinaryContent(CONTENT);
    }

    @Test
    void resolve_fileWithoutSumAndSize_isRefused() {
        server.on(TestModel.PATH, exchange -> {
            exchange.sendResponseHeaders(200, 0);
            exchange.getResponseBody().write(CONTENT);
        });
        assertThat(failure(hub(), "hf:owner/repo:tiny.gguf")).hasMessageContaining("neither a size nor a sha256");
    }

    @Test
    void resume_fileChangedOnTheHub_startsAnew() throws IOException {
        DownloadFile part = new DownloadFile(cached());
        part.begin(new DownloadNote(
                "the content of yesterday",
                new Expectation(CONTENT.length, null),
                List.of(new ByteRange(1000, CONTENT.length))));
        Files.write(part.path(), new byte[1000]);
        server.on(TestModel.PATH, LoopbackHub.withHeader("ETag", "\"today\"", LoopbackHub.file(CONTENT)));
        assertThat(hub().resolve("hf:owner/repo:tiny.gguf", ProgressListener.none()))
                .hasBinaryContent(CONTENT);
    }

    /** Puts the beginning of the file into the cache, with a note that something has damaged. */
    private void damaged(int bytes, String note) throws IOException {
        ModelFiles files = new ModelFiles(cached());
        Files.createDirectories(cached().getParent());
        Files.write(files.part(), new byte[bytes]);
        Files.writeString(files.note(), note);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"big\"\n-1\n-\n5-9\n",
                "\"big\"\n-9223372036854775808\n-\n5-9\n",
                "\"big\"\n-1\n-\n",
                "\"\u4e2d\"\n300000\n-\n100-300000\n",
                "\"big\u0001\"\n300000\n-\n100-300000\n",
            })
    void resume_noteIsDamaged_startsAnew(String note) throws IOException {
        damaged(10_000, "shearling-part-1\n" + note);
        server.on(TestModel.PATH, LoopbackHub.withHeader("ETag", "\"big\"", LoopbackHub.file(CONTENT)));
        assertThat(hub().resolve("hf:owner/repo:tiny.gguf", ProgressListener.none()))
                .hasBinaryContent(CONTENT);
        assertThat(server.requests).extracting(LoopbackHub.Request::range).containsOnlyNulls();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "100-300000\n"})
    void resume_fileIsLongerThanItsNote_startsAnew(String missing) throws IOException {
        damaged(CONTENT.length + 7, "shearling-part-1\n\"big\"\n300000\n-\n" + missing);
        server.on(TestModel.PATH, LoopbackHub.withHeader("ETag", "\"big\"", LoopbackHub.file(CONTENT)));
        assertThat(hub().resolve("hf:owner/repo:tiny.gguf", ProgressListener.none()))
                .hasBinaryContent(CONTENT);
    }

    @Test
    void resume_versionThatIsNotAscii_isNotSentBack() {
        LoopbackHub.Answer broken =
                LoopbackHub.firstThen(LoopbackHub.breakingOff(CONTENT, 120_000), LoopbackHub.file(CONTENT));
        server.on(TestModel.PATH, LoopbackHub.withHeader("ETag", "\"\u00e9\"", broken));
        assertThat(hub().resolve("hf:owner/repo:tiny.gguf", ProgressListener.none()))
                .hasBinaryContent(CONTENT);
        assertThat(server.requests).hasSizeGreaterThan(1);
        assertThat(server.requests).extracting(LoopbackHub.Request::ifRange).containsOnlyNulls();
    }

    @Test
    void resolve_noFileNamed_takesTheOnlyGguf() {
        list("README.md", "tiny.gguf");
        assertThat(hub().resolve("hf:owner/repo", ProgressListener.none())).isEqualTo(cached());
    }

    @Test
    void resolve_noFileNamedSecondTime_needsNoNetwork() {
        list("tiny.gguf");
        hub().resolve("hf:owner/repo", ProgressListener.none());
        ModelHub offline = hub(options().offline(true));
        assertThat(offline.resolve("hf:owner/repo", ProgressListener.none())).isEqualTo(cached());
    }

    private Path repository() {
        return folder.resolve("models/hf/owner/repo");
    }

    private Path note() {
        return repository().resolve("main.only");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\n", "../../tiny.gguf", "a:b", "\u0000"})
    void resolve_noteOfNoFile_isWrittenAnew(String text) throws IOException {
        list("tiny.gguf");
        Files.createDirectories(repository());
        Files.writeString(note(), text);
        assertThat(hub().resolve("hf:owner/repo", ProgressListener.none())).isEqualTo(cached());
        assertThat(note()).hasContent("tiny.gguf");
    }

    @Test
    void resolve_noteThatIsNoText_isWrittenAnew() throws IOException {
        list("tiny.gguf");
        Files.createDirectories(repository());
        Files.write(note(), new byte[] {(byte) 0xff, 'a'});
        assertThat(hub().resolve("hf:owner/repo", ProgressListener.none())).isEqualTo(cached());
        assertThat(note()).hasContent("tiny.gguf");
    }

    @Test
    void resolve_noFileNamedSecondTime_leavesTheNoteAlone() throws IOException {
        list("tiny.gguf");
        hub().resolve("hf:owner/repo", ProgressListener.none());
        FileTime before = FileTime.from(Instant.parse("2020-01-01T00:00:00Z"));
        Files.setLastModifiedTime(note(), before);
        hub().resolve("hf:owner/repo", ProgressListener.none());
        assertThat(Files.getLastModifiedTime(note())).isEqualTo(before);
        assertThat(repository().toFile().list()).containsExactlyInAnyOrder("main", "main.only");
    }

    @Test
    void remove_modelWithANoteOfNoFile_leavesNothing() throws IOException {
        list("tiny.gguf");
        hub().resolve("hf:owner/repo", ProgressListener.none());
        Files.writeString(note(), "");
        hub().cache().remove(ModelReference.parse("hf:owner/repo"), ProgressListener.none());
        assertThat(everythingInCache()).isEmpty();
    }

    @Test
    void resolve_listAfterABusyAnswer_isAskedForAgain() {
        byte[] json = "{\"siblings\":[{\"rfilename\":\"tiny.gguf\"}]}".getBytes(StandardCharsets.UTF_8);
        server.on(API, LoopbackHub.firstThen(LoopbackHub.status(503), LoopbackHub.file(json)));
        assertThat(hub().resolve("hf:owner/repo", ProgressListener.none())).isEqualTo(cached());
    }

    @ParameterizedTest
    @ValueSource(strings = {"many", "-1", "99999999999999999999"})
    void resolve_sizeThatIsNoNumber_isPassedOver(String size) {
        server.on(TestModel.PATH, LoopbackHub.withHeader("X-Linked-Size", size, LoopbackHub.file(CONTENT)));
        assertThat(hub().resolve("hf:owner/repo:tiny.gguf", ProgressListener.none()))
                .hasBinaryContent(CONTENT);
    }

    @Test
    void resolve_pathLongerThanAFileName_isLocked() throws IOException {
        String file = "a".repeat(120) + "/" + "b".repeat(120) + "/tiny.gguf";
        server.on("/owner/repo/resolve/main/" + file, LoopbackHub.file(CONTENT));
        assertThat(hub().resolve("hf:owner/repo:" + file, ProgressListener.none()))
                .hasBinaryContent(CONTENT);
        assertThat(folder.resolve("locks").toFile().list())
                .singleElement()
                .asString()
                .matches("hf--owner--repo--main--a+-[0-9a-f]{64}\\.lock");
    }

    @Test
    void resolve_nameLongerThanTheFileSystemTakes_saysSo() throws IOException {
        String file = "a".repeat(300) + ".gguf";
        server.on("/owner/repo/resolve/main/" + file, LoopbackHub.file(CONTENT));
        HubException e = failure(hub(), "hf:owner/repo:" + file);
        assertThat(e.reason()).isEqualTo(Reason.CACHE);
        assertThat(e)
                .hasMessageContaining("is too long for the file system")
                .hasMessageContaining("under a shorter name")
                .message()
                .doesNotContain("writable");
        assertThat(filesInCache()).isEmpty();
    }

    @Test
    void resolve_severalGgufs_areListed() {
        list("a.gguf", "b.Q4_0.GGUF", "c.txt");
        HubException e = failure(hub(), "hf:owner/repo");
        assertThat(e.reason()).isEqualTo(Reason.BAD_REFERENCE);
        assertThat(e).hasMessageContaining("has 2 GGUF models").hasMessageContaining("a.gguf, b.Q4_0.GGUF");
    }

    @Test
    void resolve_noGguf_saysSo() {
        list("model.safetensors");
        assertThat(failure(hub(), "hf:owner/repo")).hasMessageContaining("has no GGUF file");
    }

    @Test
    void resolve_listThatIsNoJson_saysSo() {
        server.on(API, LoopbackHub.file("<html>".getBytes(StandardCharsets.UTF_8)));
        assertThat(failure(hub(), "hf:owner/repo")).hasMessageContaining("list of files cannot be read");
    }

    @Test
    void resolve_revisionAndFolder_areEncoded() {
        server.on("/owner/repo/resolve/refs%2Fpr%2F1/sub/a%20b.gguf", LoopbackHub.file(CONTENT));
        assertThat(hub().resolve("hf:owner/repo:sub/a b.gguf#refs/pr/1", ProgressListener.none()))
                .isEqualTo(folder.resolve("models/hf/owner/repo/refs%2Fpr%2F1/sub/a b.gguf"));
    }

    @Test
    void resolve_moreThanTheDiskHolds_isRefusedBeforeTheFirstByte() throws IOException {
        String huge = Long.toString(1L << 59);
        server.on(TestModel.PATH, exchange -> {
            exchange.getResponseHeaders().add("Content-Range", "bytes 0-1/" + huge);
            exchange.getResponseHeaders().add("X-Linked-Size", huge);
            exchange.sendResponseHeaders(200, 0);
        });
        HubException e = failure(hub(), "hf:owner/repo:tiny.gguf");
        assertThat(e.reason()).isEqualTo(Reason.NO_SPACE);
        assertThat(e).hasMessageContaining("MB free");
        assertThat(Files.exists(new DownloadFile(cached()).path())).isFalse();
    }
}
