package io.shearling.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/** A report as a table and as JSON. */
class BenchReportTest {
    private static final Measure GENERATION = Measure.speed("tg128 @ d326", "128 decodes", 128);

    private static BenchReport report(OptionalLong reference) {
        Optional<ProcessMemory> theirs =
                reference.isPresent() ? Optional.of(new ProcessMemory(150_000_000, 250_000_000)) : Optional.empty();
        return new BenchReport(
                Instant.parse("2026-11-22T10:00:00Z"),
                new Machine("A CPU", 2, 24_000_000_000L, "Linux 6 amd64", "A JVM 17"),
                new Build("0.1.0", "v0.5.0", "zen4", reference.isPresent() ? "de3ff81" : ""),
                new ModelFacts("model.gguf", 98_362_432, "b179c9523d0e6a0f"),
                2,
                List.of(new Comparison(
                        GENERATION,
                        List.of(new Round(2_000_000_000L, reference), new Round(2_000_000_000L, reference)))),
                reference.isPresent() ? Optional.of(beside()) : Optional.empty(),
                new MemoryFigures(
                        64 << 20, 326, 256, Optional.of(new ProcessMemory(180_000_000, 300_000_000)), theirs));
    }

    private static NeighbourFigures beside() {
        Measure measure = Measure.speed("Java tg128 @ d326", "beside 2 busy threads", 128);
        Round round = new Round(4_000_000_000L, OptionalLong.of(1_600_000_000L));
        return new NeighbourFigures(2, new Comparison(measure, List.of(round, round)), Optional.empty());
    }

    @Test
    void table_besideNeighbours_hasASecondTable() {
        String table = BenchTable.of(report(OptionalLong.of(1_900_000_000L)));
        assertThat(table)
                .containsPattern("beside 2 busy threads +busy +quiet +ratio")
                .containsPattern("Java tg128 @ d326 tokens/s +32.00 +80.00 +0.400");
    }

    @Test
    void table_withReference_showsFiguresRatioAndWhere() {
        String table = BenchTable.of(report(OptionalLong.of(1_900_000_000L)));
        assertThat(table)
                .contains("model.gguf, 98.4 MB, sha256 b179c9523d0e6a0f")
                .contains("A CPU, 2 cores, 24.0 GB")
                .contains("llama.cpp v0.5.0, CPU variant zen4, threads 2; reference tools of commit de3ff81")
                .containsPattern("tg128 @ d326 tokens/s +64.00 +67.37 +0.950 +0.950 to 0.950 +2\n")
                .containsPattern("RssAnon MB +180.0 +150.0 +1.200");
    }

    @Test
    void table_withoutReference_saysSo() {
        String table = BenchTable.of(report(OptionalLong.empty()));
        assertThat(table).contains("Java alone").containsPattern("tg128 @ d326 tokens/s +64.00 +- +- +- +2\n");
    }

    @Test
    void json_withReference_hasEveryRound() throws IOException {
        String json = BenchJson.of(report(OptionalLong.of(1_900_000_000L)));
        assertThat(tokens(json)).isGreaterThan(60);
        assertThat(json)
                .contains("\"taken\" : \"2026-11-22T10:00:00Z\"")
                .contains("\"sha256Prefix\" : \"b179c9523d0e6a0f\"")
                .contains("\"middle\" : 0.95")
                .contains("\"referenceNanos\" : 1900000000")
                .contains("\"cpuVariant\" : \"zen4\"")
                .contains("\"busyThreads\" : 2");
        assertThat(json.split("\"javaNanos\"", -1)).as("two rounds, twice").hasSize(5);
    }

    @Test
    void json_withoutReference_hasNulls() throws IOException {
        String json = BenchJson.of(report(OptionalLong.empty()));
        assertThat(tokens(json)).isPositive();
        assertThat(json)
                .contains("\"ratio\" : null")
                .contains("\"reference\" : null")
                .contains("\"referenceCommit\" : null")
                .doesNotContain("referenceNanos");
    }

    /** Reads the text to its end; fails where it is no JSON. */
    private static int tokens(String json) throws IOException {
        int count = 0;
        try (JsonParser parser = new JsonFactory().createParser(json)) {
            while (parser.nextToken() != null) {
                count++;
            }
        }
        return count;
    }
}
