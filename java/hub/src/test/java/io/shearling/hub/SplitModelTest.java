package io.shearling.hub;

import static org.assertj.core.api.Assertions.assertThat;

import io.shearling.hub.CachedModel.State;
import io.shearling.hub.HubException.Reason;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A model of three files. */
class SplitModelTest extends HubFixture {
    private static final String FIRST = "q4/big-00001-of-00003.gguf";
    private static final String REFERENCE = "hf:owner/repo:" + FIRST;

    @BeforeEach
    void serveThreeParts() {
        for (int i = 1; i <= 3; i++) {
            server.on(address(i), LoopbackHub.file(content(i)));
        }
    }

    private static String address(int part) {
        return "/owner/repo/resolve/main/q4/big-0000" + part + "-of-00003.gguf";
    }

    private static byte[] content(int part) {
        return TestModel.bytes(1000 * part);
    }

    private Path cached(int part) {
        return folder.resolve("models/hf/owner/repo/main/q4/big-0000" + part + "-of-00003.gguf");
    }

    @Test
    void resolve_firstPart_fetchesAllAndGivesTheFirst() {
        assertThat(hub().resolve(REFERENCE, ProgressListener.none())).isEqualTo(cached(1));
        for (int i = 1; i <= 3; i++) {
            assertThat(cached(i)).hasBinaryContent(content(i));
        }
    }

    @Test
    void resolve_partMissingOnTheHub_isOneSentenceThatNamesIt() {
        server.on(address(2), LoopbackHub.status(404));
        assertThat(failure(hub(), REFERENCE))
                .hasMessageContaining("Part 2 of 3 of the model " + REFERENCE)
                .hasMessageContaining("big-00002-of-00003.gguf")
                .hasMessageContaining("404");
    }

    @Test
    void resolve_partMissingOffline_isOneSentenceThatNamesIt() throws IOException {
        hub().resolve(REFERENCE, ProgressListener.none());
        Files.delete(cached(3));
        HubException e = failure(hub(options().offline(true)), REFERENCE);
        assertThat(e.reason()).isEqualTo(Reason.OFFLINE);
        assertThat(e).hasMessageContaining("Part 3 of 3 of the model " + REFERENCE);
    }

    @Test
    void resolve_laterPart_namesTheFirst() {
        HubException e = failure(hub(), "hf:owner/repo:q4/big-00002-of-00003.gguf");
        assertThat(e.reason()).isEqualTo(Reason.BAD_REFERENCE);
        assertThat(e).hasMessageContaining("part 2 of 3").hasMessageContaining(FIRST);
        assertThat(server.requests).isEmpty();
    }

    @Test
    void resolve_repositoryWithOneSplitModel_takesIt() {
        String siblings = "{\"siblings\":[{\"rfilename\":\"q4/big-00002-of-00003.gguf\"},{\"rfilename\":\"" + FIRST
                + "\"},{\"rfilename\":\"q4/big-00003-of-00003.gguf\"}]}";
        server.on("/api/models/owner/repo/revision/main", LoopbackHub.file(siblings.getBytes(StandardCharsets.UTF_8)));
        assertThat(hub().resolve("hf:owner/repo", ProgressListener.none())).isEqualTo(cached(1));
        assertThat(cached(3)).exists();
        assertThat(hub(options().offline(true)).resolve("hf:owner/repo", ProgressListener.none()))
                .isEqualTo(cached(1));
    }

    @Test
    void list_parts_areOneModel() throws IOException {
        hub().resolve(REFERENCE, ProgressListener.none());
        assertThat(hub().cache().list()).singleElement().satisfies(model -> {
            assertThat(model.reference().text()).isEqualTo(REFERENCE);
            assertThat(model.path()).isEqualTo(cached(1));
            assertThat(model.sizeBytes()).isEqualTo(6000);
            assertThat(model.state()).isEqualTo(State.VERIFIED);
        });
        Files.delete(cached(2));
        assertThat(hub().cache().list()).extracting(CachedModel::state).containsExactly(State.UNFINISHED);
    }

    @Test
    void remove_firstPart_removesAll() throws IOException {
        hub().resolve(REFERENCE, ProgressListener.none());
        assertThat(hub().cache().remove(ModelReference.parse(REFERENCE), ProgressListener.none()))
                .isNotEmpty();
        assertThat(everythingInCache()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "big.gguf",
                "big-00000-of-00003.gguf",
                "big-00004-of-00003.gguf",
                "big-1-of-3.gguf",
                "-00001-of-00003.gguf",
                "big-00001-of-00003.bin",
            })
    void parse_otherName_isNoPart(String name) {
        assertThat(SplitName.parse(name)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"a-00002-of-00002.gguf, a-00001-of-00002.gguf", "x/a-b-00001-of-00001.gguf, x/a-b-00001-of-00001.gguf"})
    void parse_part_knowsTheFirst(String name, String first) {
        SplitName split = SplitName.parse(name).orElseThrow();
        assertThat(split.first()).isEqualTo(first);
        assertThat(split.parts()).hasSize(split.count()).contains(name);
    }
}
