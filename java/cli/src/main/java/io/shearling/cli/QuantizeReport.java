package io.shearling.cli;

import io.shearling.formats.gguf.GgufPlan;
import io.shearling.formats.model.TypeMix;
import io.shearling.recipes.quantize.Quantization;
import io.shearling.recipes.quantize.QuantizedTensor;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What {@code quantize} says of its work. */
final class QuantizeReport {
    /** Beyond, a fraction of a million weights is noise. */
    private static final double MANY = 10;

    private QuantizeReport() {}

    /** A line for each pair of types that tensors should have had and got. */
    static List<String> fallbacks(Quantization quantization) {
        Map<String, Integer> counts = new LinkedHashMap<>();
        for (QuantizedTensor tensor : quantization.fallbacks()) {
            String pair =
                    tensor.wanted().ggmlName() + " became " + tensor.type().ggmlName() + " because their rows of "
                            + tensor.source().shape().columns() + " are no whole number of its blocks of "
                            + tensor.wanted().blockElements();
            counts.merge(pair, 1, Integer::sum);
        }
        return counts.entrySet().stream()
                .map(entry -> (entry.getValue() == 1 ? "1 tensor" : entry.getValue() + " tensors") + " that should be "
                        + entry.getKey())
                .toList();
    }

    /** Sizes, bits and time in a line. */
    static String summary(Quantization quantization, GgufPlan plan, Duration taken) {
        double seconds = Math.max(taken.toMillis(), 1) / 1e3;
        TypeMix mix = TypeMix.of(plan.tensors());
        double speed = mix.elements() / seconds / 1e6;
        return "tensors of " + Sizes.bytes(quantization.sourceBytes()) + " became " + Sizes.bytes(mix.sizeBytes())
                + String.format(Locale.ROOT, " (%.2f bits a weight) in ", mix.bitsPerWeight())
                + Sizes.decimal(seconds) + " s, "
                + (speed < MANY ? Sizes.decimal(speed) : Sizes.count(Math.round(speed)))
                + " million weights a second";
    }

    static String json(Quantization quantization, GgufPlan plan, Path target, Path written) {
        return JsonText.object(out -> {
            out.writeStringField("file", written.toString());
            out.writeArrayFieldStart("files");
            for (Path path : plan.paths(target)) {
                out.writeString(path.toString());
            }
            out.writeEndArray();
            TypeMix mix = TypeMix.of(plan.tensors());
            out.writeNumberField("parameters", mix.elements());
            out.writeNumberField("sizeBytes", plan.sizeBytes());
            out.writeNumberField("bitsPerWeight", mix.bitsPerWeight());
            out.writeArrayFieldStart("tensors");
            for (QuantizedTensor tensor : quantization.tensors()) {
                out.writeStartObject();
                out.writeStringField("tensor", tensor.name());
                out.writeStringField("from", tensor.source().type().ggmlName());
                out.writeStringField("wanted", tensor.wanted().ggmlName());
                out.writeStringField("type", tensor.type().ggmlName());
                out.writeBooleanField("importance", tensor.importance());
                out.writeEndObject();
            }
            out.writeEndArray();
        });
    }
}
