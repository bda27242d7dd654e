package io.shearling.hub;

import static org.assertj.core.api.Assertions.assertThat;

import io.shearling.hub.LoopbackHub.Answer;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A file that is big enough for several connections, from servers of every temper. */
class ParallelTransferTest extends HubFixture {
    private static final String REFERENCE = "hf:owner/repo:tiny.gguf";
    private static final byte[] OTHER = other();

    private static byte[] other() {
        byte[] other = CONTENT.clone();
        for (int i = 0; i < other.length; i += 1000) {
            other[i] ^= 1;
        }
        return other;
    }

    @Override
    HubOptions.Builder options() {
        return super.options().leastShareBytes(8192);
    }

    private Path resolveByHub() {
        return hub().resolve(REFERENCE, ProgressListener.none());
    }

    private Path cached() {
        return folder.resolve("models/hf/owner/repo/main/tiny.gguf");
    }

    /** Holds every answer back until so many requests are there. */
    private static Answer together(int count, Answer answer) {
        CountDownLatch all = new CountDownLatch(count);
        return exchange -> {
            all.countDown();
            await(all);
            answer.give(exchange);
        };
    }

    private static void await(CountDownLatch latch) throws IOException {
        try {
            if (!latch.await(10, TimeUnit.SECONDS)) {
                throw new IOException("the other requests did not come");
            }
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }

    /** Lets the first request have a few bytes until the others are there, so that they find something to do. */
    private static Answer slowFirst(int others, Answer first, Answer answer) {
        CountDownLatch came = new CountDownLatch(others);
        return LoopbackHub.firstThen(
                exchange -> {
                    exchange.sendResponseHeaders(200, CONTENT.length);
                    OutputStream out = exchange.getResponseBody();
                    out.write(CONTENT, 0, 1000);
                    out.flush();
                    await(came);
                    first.give(exchange);
                },
                exchange -> {
                    came.countDown();
                    answer.give(exchange);
                });
    }

    /** The rest of an answer that has begun. */
    private static Answer rest() {
        return exchange -> exchange.getResponseBody().write(CONTENT, 1000, CONTENT.length - 1000);
    }

    private static Answer breakOff() {
        return exchange -> {};
    }

    @Test
    void resolve_bigFile_comesOverFourConnectionsWithOneProgress() {
        server.on(TestModel.PATH, slowFirst(3, rest(), together(3, LoopbackHub.file(CONTENT))));
        List<Long> done = new ArrayList<>();
        Path path = hub().resolve(TestModel.NAME, (step, bytes, total) -> {
            assertThat(total).isEqualTo(CONTENT.length);
            if (step.startsWith("fetching")) {
                done.add(bytes);
            }
        });
        assertThat(path).hasBinaryContent(CONTENT);
        assertThat(server.requests).hasSizeGreaterThanOrEqualTo(4);
        assertThat(server.requests.subList(1, 4))
                .extracting(LoopbackHub.Request::range)
                .doesNotHaveDuplicates()
                .allSatisfy(range -> assertThat(range).matches("bytes=\\d+-\\d+"));
        assertThat(done).isSorted().startsWith(0L).endsWith((long) CONTENT.length);
    }

    @Test
    void resolve_oneConnectionWanted_makesOneRequest() {
        hub(options().connections(1)).resolve(TestModel.NAME, ProgressListener.none());
        assertThat(server.requests).hasSize(1);
    }

    @Test
    void server_thatSaysItHasNoRanges_isAskedOnce() {
        server.on(TestModel.PATH, LoopbackHub.withHeader("Accept-Ranges", "none", LoopbackHub.ignoringRanges(CONTENT)));
        assertThat(resolve()).hasBinaryContent(CONTENT);
        assertThat(server.requests).hasSize(1);
    }

    @Test
    void server_thatIgnoresRanges_servesTheFileOverOneConnection() {
        server.on(TestModel.PATH, slowFirst(3, rest(), LoopbackHub.ignoringRanges(CONTENT)));
        assertThat(resolve()).hasBinaryContent(CONTENT);
        assertThat(server.requests)
                .extracting(LoopbackHub.Request::range)
                .filteredOn(Objects::isNull)
                .hasSize(1);
    }

    @Test
    void server_thatIgnoresRangesAndBreaksOff_isReadFromTheStartAgain() {
        server.on(TestModel.PATH, slowFirst(3, breakOff(), LoopbackHub.ignoringRanges(CONTENT)));
        assertThat(resolve()).hasBinaryContent(CONTENT);
    }

    @Test
    void server_thatSendsAnotherRange_isReadOverOneConnection() {
        Answer shifted = exchange -> {
            int from = LoopbackHub.offset(exchange) + 1;
            exchange.getResponseHeaders()
                    .add("Content-Range", "bytes " + from + "-" + (CONTENT.length - 1) + "/" + CONTENT.length);
            exchange.sendResponseHeaders(206, CONTENT.length - from);
            exchange.getResponseBody().write(CONTENT, from, CONTENT.length - from);
        };
        server.on(TestModel.PATH, slowFirst(3, rest(), shifted));
        assertThat(resolve()).hasBinaryContent(CONTENT);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "bytes 1-", "bytes 9-5/300000", "items 0-9/10"})
    void server_whoseRangeIsNonsense_isReadOverOneConnection(String contentRange) {
        Answer nonsense = exchange -> {
            exchange.getResponseHeaders().add("Content-Range", contentRange);
            exchange.sendResponseHeaders(206, 10);
            exchange.getResponseBody().write(CONTENT, 0, 10);
        };
        server.on(TestModel.PATH, slowFirst(3, breakOff(), LoopbackHub.firstThen(nonsense, exchange -> {
            boolean whole = exchange.getRequestHeaders().getFirst("Range") == null;
            (whole ? LoopbackHub.file(CONTENT) : nonsense).give(exchange);
        })));
        assertThat(resolve()).hasBinaryContent(CONTENT);
    }

    @Test
    void server_thatSendsLessThanAskedFor_isAskedForTheRest() {
        Answer little = exchange -> {
            int from = LoopbackHub.offset(exchange);
            int count = Math.min(10_000, CONTENT.length - from);
            exchange.getResponseHeaders()
                    .add("Content-Range", "bytes " + from + "-" + (from + count - 1) + "/" + CONTENT.length);
            exchange.sendResponseHeaders(206, count);
            exchange.getResponseBody().write(CONTENT, from, count);
        };
        server.on(TestModel.PATH, slowFirst(3, breakOff(), little));
        assertThat(resolve()).hasBinaryContent(CONTENT);
    }

    @Test
    void connections_thatAllBreakOff_goOnFromTheirPlaces() {
        server.on(TestModel.PATH, LoopbackHub.breakingOff(CONTENT, 20_000));
        assertThat(resolve()).hasBinaryContent(CONTENT);
        assertThat(server.requests)
                .extracting(LoopbackHub.Request::range)
                .filteredOn(Objects::isNull)
                .hasSize(1);
    }

    @Test
    void connection_thatFallsSilent_isReplaced() {
        server.on(
                TestModel.PATH,
                slowFirst(
                        2,
                        rest(),
                        LoopbackHub.firstThen(server.fallingSilent(CONTENT, 5000), LoopbackHub.file(CONTENT))));
        ModelHub hub = hub(options().stallTimeout(Duration.ofMillis(300)));
        assertThat(hub.resolve(TestModel.NAME, ProgressListener.none())).hasBinaryContent(CONTENT);
    }

    @Test
    void connection_thatTrickles_isRelievedByTheOthers() {
        AtomicInteger sent = new AtomicInteger();
        Answer trickle = exchange -> {
            exchange.sendResponseHeaders(200, CONTENT.length);
            OutputStream out = exchange.getResponseBody();
            for (int at = 0; at < CONTENT.length; at += 200) {
                out.write(CONTENT, at, 200);
                out.flush();
                sent.addAndGet(200);
                pause(2);
            }
        };
        server.on(TestModel.PATH, LoopbackHub.firstThen(trickle, LoopbackHub.file(CONTENT)));
        assertThat(resolve()).hasBinaryContent(CONTENT);
        // The trickle brings its own beginning; all that lies behind comes over the others.
        assertThat(sent.get()).isLessThan(CONTENT.length / 2);
    }

    private static void pause(long millis) throws IOException {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }

    @Test
    void server_thatTakesTwoConnectionsOnly_servesTheFileOverThem() {
        Semaphore places = new Semaphore(1);
        server.on(TestModel.PATH, slowFirst(3, rest(), exchange -> {
            boolean free = places.tryAcquire();
            (free ? LoopbackHub.file(CONTENT) : LoopbackHub.status(429)).give(exchange);
            if (free) {
                places.release();
            }
        }));
        assertThat(resolve()).hasBinaryContent(CONTENT);
    }

    @Test
    void file_withoutAnyName_comesOverOneConnection() {
        CountDownLatch others = new CountDownLatch(1);
        server.on(
                TestModel.PATH,
                LoopbackHub.firstThen(
                        exchange -> {
                            exchange.sendResponseHeaders(200, CONTENT.length);
                            exchange.getResponseBody().write(CONTENT, 0, 1000);
                            exchange.getResponseBody().flush();
                            // Others, if there were any, would come at once.
                            came(others, 300);
                            rest().give(exchange);
                        },
                        exchange -> {
                            others.countDown();
                            LoopbackHub.file(CONTENT).give(exchange);
                        }));
        assertThat(resolveByHub()).hasBinaryContent(CONTENT);
        assertThat(server.requests).hasSize(1);
    }

    private static void came(CountDownLatch latch, long millis) throws IOException {
        try {
            latch.await(millis, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }

    @Test
    void file_withoutAnyNameChangesAfterABreak_isNotMixed() {
        server.on(
                TestModel.PATH,
                LoopbackHub.firstThen(LoopbackHub.breakingOff(CONTENT, 100_000), LoopbackHub.file(OTHER)));
        assertThat(resolveByHub()).hasBinaryContent(OTHER);
        assertThat(server.requests).extracting(LoopbackHub.Request::range).containsOnlyNulls();
    }

    @Test
    void file_withoutAnyNameBreaksOffAllTheTime_isGivenUpAndNotKept() throws IOException {
        server.on(TestModel.PATH, LoopbackHub.breakingOff(CONTENT, 100_000));
        assertThat(failure(hub(), REFERENCE)).hasMessageContaining("the transfer broke off");
        assertThat(filesInCache()).isEmpty();
    }

    @Test
    void part_withoutAnyName_isNotGoneOnWith() throws IOException {
        DownloadFile part = new DownloadFile(cached());
        part.begin(new DownloadNote(
                "", new Expectation(CONTENT.length, null), List.of(new ByteRange(1000, CONTENT.length))));
        Files.write(part.path(), new byte[1000]);
        assertThat(resolveByHub()).hasBinaryContent(CONTENT);
        assertThat(server.requests).extracting(LoopbackHub.Request::range).containsOnlyNulls();
    }

    @Test
    void file_changedBetweenTwoRanges_isFetchedAnew() {
        Answer today = LoopbackHub.withHeader("ETag", "\"b\"", LoopbackHub.file(OTHER));
        server.on(TestModel.PATH, LoopbackHub.withHeaderOfFirst("ETag", "\"a\"", slowFirst(1, breakOff(), today)));
        assertThat(resolveByHub()).hasBinaryContent(OTHER);
        assertThat(server.requests).extracting(LoopbackHub.Request::ifRange).contains("\"a\"");
    }

    @Test
    void file_changedBehindARedirect_isFetchedAnew() {
        String yesterday = TestModel.sha256(CONTENT);
        String today = TestModel.sha256(OTHER);
        server.on(
                TestModel.PATH,
                LoopbackHub.withHeaderOfFirst(
                        "X-Linked-Etag",
                        yesterday,
                        slowFirst(
                                1,
                                breakOff(),
                                LoopbackHub.withHeader("X-Linked-Etag", today, LoopbackHub.file(OTHER)))));
        assertThat(resolveByHub()).hasBinaryContent(OTHER);
        assertThat(server.requests).extracting(LoopbackHub.Request::ifRange).containsOnlyNulls();
    }

    @Test
    void file_thatChangesAllTheTime_isGivenUp() {
        AtomicInteger count = new AtomicInteger();
        server.on(TestModel.PATH, exchange -> {
            exchange.getResponseHeaders().add("ETag", "\"" + count.incrementAndGet() + "\"");
            LoopbackHub.breakingOff(CONTENT, 20_000).give(exchange);
        });
        assertThat(failure(hub(), REFERENCE)).hasMessageContaining("has changed while it was fetched");
    }

    @Test
    void process_killedInTheMiddle_leavesWhatTheNextGoesOnWith() throws IOException, InterruptedException {
        server.on(TestModel.PATH, LoopbackHub.withHeader("ETag", "\"a\"", server.fallingSilent(CONTENT, 20_000)));
        Process process = FetchingProcess.start(folder, server.endpoint(), REFERENCE, Map.of());
        Path note = new ModelFiles(cached()).note();
        try {
            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
            while (System.nanoTime() < end && doneBytes(note) < 80_000) {
                Thread.sleep(20);
            }
        } finally {
            process.destroyForcibly().waitFor();
        }
        assertThat(doneBytes(note)).isEqualTo(80_000);
        assertThat(Objects.requireNonNull(DownloadNote.read(note)).missing()).hasSize(4);

        server.requests.clear();
        server.on(TestModel.PATH, LoopbackHub.withHeader("ETag", "\"a\"", LoopbackHub.file(CONTENT)));
        List<Long> done = new ArrayList<>();
        assertThat(hub().resolve(REFERENCE, (step, bytes, total) -> done.add(bytes)))
                .hasBinaryContent(CONTENT);
        assertThat(done.get(0)).isEqualTo(80_000);
        assertThat(server.requests)
                .extracting(LoopbackHub.Request::range)
                .doesNotContainNull()
                .startsWith("bytes=20000-");
    }

    private static long doneBytes(Path note) throws IOException {
        DownloadNote read = DownloadNote.read(note);
        return read == null ? 0 : read.doneBytes();
    }

    @Test
    void part_withHoles_isFilledWhereItIsMissing() throws IOException {
        byte[] holed = CONTENT.clone();
        Arrays.fill(holed, 50_000, 60_000, (byte) 0);
        Arrays.fill(holed, 200_000, 210_000, (byte) 0);
        Expectation file = new Expectation(CONTENT.length, TestModel.sha256(CONTENT));
        begun(
                holed,
                new DownloadNote("", file, List.of(new ByteRange(50_000, 60_000), new ByteRange(200_000, 210_000))));
        assertThat(resolve()).hasBinaryContent(CONTENT);
        assertThat(server.requests)
                .extracting(LoopbackHub.Request::range)
                .containsExactly("bytes=50000-", "bytes=200000-209999");
        assertThat(Files.exists(partFile())).isFalse();
    }
}
