package io.shearling.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.shearling.hub.HubException.Reason;
import io.shearling.hub.LoopbackHub.Answer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HubSourceTest extends HubFixture {
    @Test
    void resolve_emptyCache_fetchesWithProgress() {
        List<Long> done = new ArrayList<>();
        var path = hub().resolve(TestModel.NAME, (step, bytes, total) -> {
            assertThat(total).isEqualTo(CONTENT.length);
            if (step.startsWith("fetching")) {
                done.add(bytes);
            }
        });
        assertThat(path).isEqualTo(modelFile()).hasBinaryContent(CONTENT);
        assertThat(done).isSorted().startsWith(0L).endsWith((long) CONTENT.length);
    }

    @Test
    void resolve_secondTime_asksNobody() {
        resolve();
        assertThat(resolve()).isEqualTo(modelFile());
        assertThat(server.requests).hasSize(1);
    }

    @Test
    void transfer_breaksOffAgainAndAgain_isResumed() {
        server.on(TestModel.PATH, LoopbackHub.breakingOff(CONTENT, 120_000));
        assertThat(resolve()).hasBinaryContent(CONTENT);
        assertThat(server.requests)
                .extracting(LoopbackHub.Request::range)
                .hasSizeGreaterThan(1)
                .startsWith((String) null)
                .filteredOn(Objects::nonNull)
                .allSatisfy(range -> assertThat(range).matches("bytes=\\d+-299999"));
    }

    @Test
    void transfer_failsForGood_isResumedByTheNextCall() throws IOException {
        AtomicInteger count = new AtomicInteger();
        server.on(
                TestModel.PATH,
                exchange -> (count.getAndIncrement() == 0
                                ? LoopbackHub.breakingOff(CONTENT, 100_000)
                                : LoopbackHub.status(503))
                        .give(exchange));
        assertThat(failure(hub(), TestModel.NAME)).hasMessageContaining("503");
        long kept = Files.size(partFile());
        assertThat(kept).isPositive();
        server.requests.clear();
        server.on(TestModel.PATH, LoopbackHub.file(CONTENT));
        assertThat(resolve()).hasBinaryContent(CONTENT);
        assertThat(server.requests)
                .singleElement()
                .satisfies(request -> assertThat(request.range()).isEqualTo("bytes=" + kept + "-"));
    }

    @Test
    void transfer_fallsSilent_isResumed() {
        AtomicInteger count = new AtomicInteger();
        server.on(
                TestModel.PATH,
                exchange -> (count.getAndIncrement() == 0
                                ? server.fallingSilent(CONTENT, 70_000)
                                : LoopbackHub.file(CONTENT))
                        .give(exchange));
        ModelHub hub = hub(options().stallTimeout(Duration.ofMillis(300)));
        assertThat(hub.resolve(TestModel.NAME, ProgressListener.none())).hasBinaryContent(CONTENT);
        assertThat(count).hasValue(2);
    }

    @Test
    void part_ofOtherContent_isThrownAwayOnce() throws IOException {
        begun(new byte[1000], noteOf(1000));
        assertThat(resolve()).hasBinaryContent(CONTENT);
        assertThat(server.requests).extracting(LoopbackHub.Request::range).containsExactly("bytes=1000-", null);
    }

    @Test
    void part_complete_isCheckedWithoutARequest() throws IOException {
        begun(CONTENT, DownloadNote.ofAll(new Expectation(CONTENT.length, null)));
        assertThat(resolve()).hasBinaryContent(CONTENT);
        assertThat(server.requests).isEmpty();
    }

    @Test
    void part_andServerWithoutRanges_startsAnew() throws IOException {
        begun(new byte[1000], noteOf(1000));
        server.on(TestModel.PATH, LoopbackHub.ignoringRanges(CONTENT));
        assertThat(resolve()).hasBinaryContent(CONTENT);
    }

    @Test
    void content_wrong_isRefusedAndNothingIsLeft() throws IOException {
        byte[] wrong = CONTENT.clone();
        wrong[CONTENT.length / 2] ^= 1;
        server.on(TestModel.PATH, LoopbackHub.file(wrong));
        HubException e = failure(hub(), TestModel.NAME);
        assertThat(e.reason()).isEqualTo(Reason.FETCH_FAILED);
        assertThat(e).hasMessageContaining(TestModel.sha256(wrong)).hasMessageContaining(TestModel.sha256(CONTENT));
        assertThat(filesInCache()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"299999", "300001", "1"})
    void length_otherThanTheModels_isRefusedBeforeTheFirstByte(int length) throws IOException {
        server.on(TestModel.PATH, LoopbackHub.file(TestModel.bytes(length)));
        assertThat(failure(hub(), TestModel.NAME))
                .hasMessageContaining("it offers " + length + " bytes, but the file has 300000 bytes");
        assertThat(filesInCache()).isEmpty();
    }

    @Test
    void length_lessIsSentThanPromised_endsAfterFruitlessTries() {
        server.on(TestModel.PATH, LoopbackHub.breakingOff(CONTENT, 0));
        assertThat(failure(hub(), TestModel.NAME)).hasMessageContaining("hub " + server.endpoint());
        // The HTTP client repeats a request of its own accord when the connection ends before the answer.
        assertThat(server.requests).hasSizeBetween(4, 12);
    }

    @Test
    void length_missingAndTooMuchIsSent_isRefused() throws IOException {
        server.on(TestModel.PATH, exchange -> {
            exchange.sendResponseHeaders(200, 0);
            try (OutputStream out = exchange.getResponseBody()) {
                out.write(CONTENT);
                out.write(1);
            }
        });
        assertThat(failure(hub(), TestModel.NAME)).hasMessageContaining("it sent more than the 300000 bytes");
        assertThat(filesInCache()).isEmpty();
    }

    @Test
    void sha256_namedByTheHubDiffers_isRefusedBeforeTheFirstByte() throws IOException {
        String other = "0".repeat(64);
        server.on(TestModel.PATH, LoopbackHub.withHeader("X-Linked-Etag", other, LoopbackHub.file(CONTENT)));
        assertThat(failure(hub(), TestModel.NAME)).hasMessageContaining("sha256 " + other + " instead of");
        assertThat(filesInCache()).isEmpty();
    }

    @Test
    void redirect_toAnotherHost_doesNotCarryTheToken() throws IOException {
        try (LoopbackHub other = new LoopbackHub().on("/blob", LoopbackHub.file(CONTENT))) {
            server.on(TestModel.PATH, LoopbackHub.redirect("/moved"));
            server.on("/moved", LoopbackHub.redirect(other.endpoint("localhost") + "/blob"));
            ModelHub hub = hub(options().token("secret"));
            assertThat(hub.resolve(TestModel.NAME, ProgressListener.none())).hasBinaryContent(CONTENT);
            assertThat(server.requests)
                    .hasSize(2)
                    .extracting(LoopbackHub.Request::authorization)
                    .containsOnly("Bearer secret");
            assertThat(other.requests)
                    .hasSize(1)
                    .extracting(LoopbackHub.Request::authorization)
                    .containsOnlyNulls();
        }
    }

    @Test
    void redirect_inACircle_isRefused() {
        server.on(TestModel.PATH, LoopbackHub.redirect(TestModel.PATH));
        assertThat(failure(hub(), TestModel.NAME)).hasMessageContaining("redirects more than");
    }

    @ParameterizedTest
    @CsvSource({"file:///etc/passwd", "''", "http://", "http://x.example:99999/blob", "http://x.example:0/blob"})
    void redirect_toNoHttpAddress_isRefused(String location) {
        server.on(TestModel.PATH, LoopbackHub.redirect(location));
        assertThat(failure(hub(), TestModel.NAME)).hasMessageContaining("redirects to");
    }

    @Test
    void redirect_refused_isToldWithoutItsSignature() {
        server.on(TestModel.PATH, LoopbackHub.redirect("ftp://x.example/blob?signature=secret"));
        assertThat(failure(hub(), TestModel.NAME))
                .hasMessageContaining("ftp://x.example/blob?…")
                .message()
                .doesNotContain("secret");
    }

    @Test
    void body_packedAlthoughNotAskedFor_isRefused() throws IOException {
        server.on(TestModel.PATH, LoopbackHub.withHeader("Content-Encoding", "gzip", LoopbackHub.file(CONTENT)));
        assertThat(failure(hub(), TestModel.NAME)).hasMessageContaining("packed with gzip");
        assertThat(everythingInCache()).isEmpty();
    }

    @Test
    void body_empty_isRefused() throws IOException {
        server.on(TestModel.PATH, LoopbackHub.file(new byte[0]));
        assertThat(failure(hub(), "hf:owner/repo:tiny.gguf")).hasMessageContaining("an empty file");
        assertThat(everythingInCache()).isEmpty();
    }

    @Test
    void retryAfter_short_isHonoured() {
        Answer busy = LoopbackHub.withHeader("Retry-After", "1", LoopbackHub.status(429));
        server.on(TestModel.PATH, LoopbackHub.firstThen(busy, LoopbackHub.file(CONTENT)));
        List<String> steps = new ArrayList<>();
        assertThat(hub().resolve(TestModel.NAME, (step, done, total) -> steps.add(step)))
                .hasBinaryContent(CONTENT);
        assertThat(steps).startsWith("waiting 1 s for 127.0.0.1");
        assertThat(server.requests).hasSize(2);
    }

    @Test
    void retryAfter_long_isNotWaitedFor() {
        server.on(TestModel.PATH, LoopbackHub.withHeader("Retry-After", "3600", LoopbackHub.status(503)));
        assertThat(failure(hub(), TestModel.NAME)).hasMessageContaining("asks to come back after 3600 s");
        assertThat(server.requests).hasSize(1);
    }

    @Test
    void status_401WithToken_saysWhatMayBeWrongWithIt() {
        server.on(TestModel.PATH, LoopbackHub.status(401));
        assertThat(failure(hub(options().token("secret")), TestModel.NAME))
                .hasMessageContaining("the access token may have expired")
                .message()
                .doesNotContain("secret");
    }

    @Test
    void disk_fullDuringTheTransfer_isToldAndTheNoteStays() throws IOException {
        begun(new byte[0], noteOf(0));
        Files.delete(partFile());
        // A device that has no space whatever is written to it.
        Files.createSymbolicLink(partFile(), Path.of("/dev/full"));
        HubException e = failure(hub(), TestModel.NAME);
        assertThat(e.reason()).isEqualTo(Reason.NO_SPACE);
        assertThat(e).hasMessageContaining("filled the disk").hasMessageContaining("SHEARLING_CACHE");
        assertThat(new ModelFiles(modelFile()).note()).exists();
    }

    @ParameterizedTest
    @CsvSource({"401", "404", "500"})
    void failure_ofAnyKind_leavesNoEmptyFolder(int status) throws IOException {
        server.on(TestModel.PATH, LoopbackHub.status(status));
        failure(hub(), TestModel.NAME);
        failure(hub(), "hf:owner/repo:tiny.gguf");
        assertThat(everythingInCache()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"401,HF_TOKEN,1", "403,HF_TOKEN,1", "404,has no owner/repo,1", "410,status 410,1", "500,status 500,4"})
    void status_error_isToldInWords(int status, String words, int requests) {
        server.on(TestModel.PATH, LoopbackHub.status(status));
        assertThat(failure(hub(), TestModel.NAME)).hasMessageContaining(words);
        assertThat(server.requests).hasSize(requests);
    }

    @Test
    void hub_unreachable_failsAtOnceWithTheAttempt() {
        server.close();
        long start = System.nanoTime();
        HubException e = failure(hub(), TestModel.NAME);
        assertThat(e.reason()).isEqualTo(Reason.FETCH_FAILED);
        assertThat(e.attempts())
                .singleElement()
                .satisfies(attempt -> assertThat(attempt.cause()).contains("no connection to 127.0.0.1"));
        assertThat(e).hasMessageContaining("put the file at " + modelFile());
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(3));
    }

    @Test
    void hub_thatNeverAnswers_failsAfterItsPatience() {
        server.on(TestModel.PATH, server.silence());
        HubSource source = new HubSource(options().build(), TestModel.ON_HUB, Duration.ofMillis(300));
        assertThatThrownBy(() -> source.fetch(
                        new DownloadFile(modelFile()), Expectation.NOTHING, new Progress(ProgressListener.none())))
                .isInstanceOfSatisfying(
                        SourceException.class, e -> assertThat(e.kind()).isEqualTo(SourceException.Kind.UNREACHABLE))
                .hasMessageContaining("did not answer within");
    }

    @Test
    void hub_thatAnswersWithRubbish_isQuotedInPart() throws IOException {
        try (ServerSocket rubbish = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            Thread answering = new Thread(() -> answerRubbish(rubbish));
            answering.setDaemon(true);
            answering.start();
            ModelHub hub = hub(options().endpoint(URI.create("http://127.0.0.1:" + rubbish.getLocalPort())));
            HubException e = failure(hub, TestModel.NAME);
            assertThat(e.attempts())
                    .singleElement()
                    .satisfies(attempt -> assertThat(attempt.cause())
                            .contains("before it answered (")
                            .contains("zzz")
                            .hasSizeLessThan(300)
                            .doesNotContainPattern("\\p{Cc}"));
        }
    }

    private static void answerRubbish(ServerSocket server) {
        byte[] rubbish = ("\u001b[2J\u0085" + "z".repeat(2000) + "\r\n\r\n").getBytes(StandardCharsets.ISO_8859_1);
        while (!server.isClosed()) {
            try (Socket client = server.accept()) {
                // What is left unread would reset the connection.
                int read = client.getInputStream().read(new byte[1 << 16]);
                client.getOutputStream().write(rubbish, 0, read < 0 ? 0 : rubbish.length);
            } catch (IOException e) {
                // The client has gone, or the test has ended.
            }
        }
    }

    @Test
    void hub_ofUnknownName_saysSo() {
        // A label of more than 63 letters cannot be looked up, so no name server is asked.
        String name = "x".repeat(64) + ".invalid";
        ModelHub hub = hub(options().endpoint(URI.create("http://" + name)));
        assertThat(failure(hub, TestModel.NAME)).hasMessageContaining("the name " + name + " cannot be resolved");
    }
}
