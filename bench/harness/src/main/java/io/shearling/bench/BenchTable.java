package io.shearling.bench;

import java.util.ArrayList;
import java.util.Formatter;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.ToLongFunction;

/** A report as text for people. */
public final class BenchTable {
    private static final String NOTHING = "-";

    private BenchTable() {}

    /** The report in lines of at most about 100 characters. */
    public static String of(BenchReport report) {
        Formatter text = new Formatter(new StringBuilder(), Locale.ROOT);
        ModelFacts model = report.model();
        Machine machine = report.machine();
        Build build = report.build();
        text.format("%s, %s, sha256 %s...\n", model.name(), megabytes(model.sizeBytes()), model.sha256Prefix());
        text.format(
                "%s, %d cores, %s, %s, %s\n",
                machine.cpu(), machine.cores(), megabytes(machine.memoryBytes()), machine.system(), machine.jvm());
        text.format(
                "Shearling %s, llama.cpp %s, CPU variant %s, threads %d%s\n",
                build.version(),
                build.llamaCpp(),
                build.cpuVariant(),
                report.threads(),
                build.referenceCommit().isEmpty()
                        ? "; without reference tools: Java alone"
                        : "; reference tools of commit " + build.referenceCommit());
        text.format("\n");
        rows(report).forEach(row -> text.format("%-22s %12s %12s %8s %17s %7s\n", row.toArray()));
        return text.toString();
    }

    private static List<List<String>> rows(BenchReport report) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("", "Java", "llama.cpp", "ratio", "95 % interval", "rounds"));
        for (Comparison comparison : report.comparisons()) {
            Optional<RatioInterval> ratio = comparison.ratio();
            rows.add(List.of(
                    comparison.measure().name() + " " + comparison.measure().unit(),
                    number("%.2f", comparison.javaValue()),
                    comparison.referenceValue().isPresent()
                            ? number("%.2f", comparison.referenceValue().getAsDouble())
                            : NOTHING,
                    ratio.map(r -> number("%.3f", r.middle())).orElse(NOTHING),
                    ratio.map(r -> number("%.3f", r.low()) + " to " + number("%.3f", r.high()))
                            .orElse(NOTHING),
                    Integer.toString(comparison.rounds().size())));
        }
        MemoryFigures memory = report.memory();
        rows.add(memoryRow("RssAnon MB", memory, ProcessMemory::anonymousBytes));
        rows.add(memoryRow("VmHWM MB", memory, ProcessMemory::residentPeakBytes));
        return rows;
    }

    private static List<String> memoryRow(String name, MemoryFigures memory, ToLongFunction<ProcessMemory> figure) {
        Optional<Long> mine = memory.javaProcess().map(figure::applyAsLong);
        Optional<Long> theirs = memory.referenceProcess().map(figure::applyAsLong);
        return List.of(
                name,
                mine.map(bytes -> number("%.1f", bytes / 1e6)).orElse(NOTHING),
                theirs.map(bytes -> number("%.1f", bytes / 1e6)).orElse(NOTHING),
                mine.flatMap(a -> theirs.map(b -> number("%.3f", (double) a / b)))
                        .orElse(NOTHING),
                NOTHING,
                "1");
    }

    private static String megabytes(long bytes) {
        return bytes >= 10_000_000_000L ? number("%.1f GB", bytes / 1e9) : number("%.1f MB", bytes / 1e6);
    }

    private static String number(String format, double value) {
        return String.format(Locale.ROOT, format, value);
    }
}
