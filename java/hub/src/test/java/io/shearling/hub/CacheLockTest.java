package io.shearling.hub;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;

class CacheLockTest extends HubFixture {
    private static final String REFERENCE = "hf:owner/repo:tiny.gguf";

    /** Serves so slowly that everybody asks before the first is done. */
    private void serveSlowly() {
        server.on(TestModel.PATH, exchange -> {
            exchange.sendResponseHeaders(200, CONTENT.length);
            try (OutputStream out = exchange.getResponseBody()) {
                for (int at = 0; at < CONTENT.length; at += 10_000) {
                    out.write(CONTENT, at, 10_000);
                    out.flush();
                    pause();
                }
            }
        });
    }

    private static void pause() {
        try {
            Thread.sleep(30);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void fetch_fourThreads_fetchOnce() throws InterruptedException, ExecutionException, TimeoutException {
        serveSlowly();
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            List<Future<Path>> paths = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                paths.add(threads.submit(() -> hub().resolve(REFERENCE, ProgressListener.none())));
            }
            for (Future<Path> path : paths) {
                assertThat(path.get(20, TimeUnit.SECONDS)).hasBinaryContent(CONTENT);
            }
        } finally {
            threads.shutdownNow();
        }
        assertThat(server.requests).hasSize(1);
    }

    @Test
    void fetch_twoProcesses_fetchOnce() throws IOException, InterruptedException {
        serveSlowly();
        Process one = start();
        Process two = start();
        for (Process process : List.of(one, two)) {
            String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
            assertThat(printed.strip()).endsWith("models/hf/owner/repo/main/tiny.gguf");
            assertThat(process.exitValue()).isZero();
        }
        // Its further connections ask for ranges.
        assertThat(server.requests)
                .filteredOn(request -> request.range() == null)
                .hasSize(1);
    }

    private Process start() throws IOException {
        return FetchingProcess.start(folder, server.endpoint(), REFERENCE, Map.of());
    }
}
