package io.shearling.bench;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.Optional;

/**
 * A report as JSON: {@code taken}, {@code machine}, {@code build}, {@code model}, {@code threads}, {@code comparisons} (each with
 * its measure, both figures, {@code ratio} of {@code middle}, {@code low} and {@code high}, and every round in nanoseconds),
 * {@code neighbours} when they were asked for (comparisons whose first side had neighbours and whose second had none) and
 * {@code memory}. What was not measured is null.
 */
public final class BenchJson {
    private BenchJson() {}

    /** The report as one indented object. */
    public static String of(BenchReport report) {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = new JsonFactory().createGenerator(text).useDefaultPrettyPrinter()) {
            write(json, report);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return text + "\n";
    }

    private static void write(JsonGenerator json, BenchReport report) throws IOException {
        json.writeStartObject();
        json.writeStringField("taken", report.taken().toString());
        Machine machine = report.machine();
        json.writeObjectFieldStart("machine");
        json.writeStringField("cpu", machine.cpu());
        json.writeNumberField("cores", machine.cores());
        json.writeNumberField("memoryBytes", machine.memoryBytes());
        json.writeStringField("system", machine.system());
        json.writeStringField("jvm", machine.jvm());
        json.writeEndObject();
        Build build = report.build();
        json.writeObjectFieldStart("build");
        json.writeStringField("shearling", build.version());
        json.writeStringField("llamaCpp", build.llamaCpp());
        json.writeStringField("cpuVariant", build.cpuVariant());
        json.writeStringField("referenceCommit", build.referenceCommit().isEmpty() ? null : build.referenceCommit());
        json.writeEndObject();
        json.writeObjectFieldStart("model");
        json.writeStringField("name", report.model().name());
        json.writeNumberField("sizeBytes", report.model().sizeBytes());
        json.writeStringField("sha256Prefix", report.model().sha256Prefix());
        json.writeEndObject();
        json.writeNumberField("threads", report.threads());
        json.writeArrayFieldStart("comparisons");
        for (Comparison comparison : report.comparisons()) {
            write(json, comparison);
        }
        json.writeEndArray();
        if (report.neighbours().isPresent()) {
            NeighbourFigures figures = report.neighbours().get();
            json.writeObjectFieldStart("neighbours");
            json.writeNumberField("busyThreads", figures.neighbours());
            json.writeFieldName("java");
            write(json, figures.java());
            if (figures.reference().isPresent()) {
                json.writeFieldName("reference");
                write(json, figures.reference().get());
            }
            json.writeEndObject();
        }
        write(json, report.memory());
        json.writeEndObject();
    }

    private static void write(JsonGenerator json, Comparison comparison) throws IOException {
        json.writeStartObject();
        json.writeStringField("name", comparison.measure().name());
        json.writeStringField("description", comparison.measure().description());
        json.writeStringField("unit", comparison.measure().unit());
        json.writeNumberField("java", comparison.javaValue());
        if (comparison.referenceValue().isPresent()) {
            json.writeNumberField("reference", comparison.referenceValue().getAsDouble());
        } else {
            json.writeNullField("reference");
        }
        Optional<RatioInterval> ratio = comparison.ratio();
        if (ratio.isPresent()) {
            json.writeObjectFieldStart("ratio");
            json.writeNumberField("middle", ratio.get().middle());
            json.writeNumberField("low", ratio.get().low());
            json.writeNumberField("high", ratio.get().high());
            json.writeEndObject();
        } else {
            json.writeNullField("ratio");
        }
        json.writeArrayFieldStart("rounds");
        for (Round round : comparison.rounds()) {
            json.writeStartObject();
            json.writeNumberField("javaNanos", round.javaNanos());
            if (round.referenceNanos().isPresent()) {
                json.writeNumberField("referenceNanos", round.referenceNanos().getAsLong());
            }
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeEndObject();
    }

    private static void write(JsonGenerator json, MemoryFigures memory) throws IOException {
        json.writeObjectFieldStart("memory");
        json.writeNumberField("heapBytes", memory.heapBytes());
        json.writeNumberField("depthTokens", memory.depthTokens());
        json.writeNumberField("tokens", memory.tokens());
        write(json, "java", memory.javaProcess());
        write(json, "reference", memory.referenceProcess());
        json.writeEndObject();
    }

    private static void write(JsonGenerator json, String name, Optional<ProcessMemory> memory) throws IOException {
        if (memory.isEmpty()) {
            json.writeNullField(name);
            return;
        }
        json.writeObjectFieldStart(name);
        json.writeNumberField("anonymousBytes", memory.get().anonymousBytes());
        json.writeNumberField("residentPeakBytes", memory.get().residentPeakBytes());
        json.writeEndObject();
    }
}
