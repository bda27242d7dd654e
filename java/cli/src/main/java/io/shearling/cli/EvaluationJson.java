package io.shearling.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import io.shearling.recipes.evaluate.Comparison;
import io.shearling.recipes.evaluate.Distribution;
import io.shearling.recipes.evaluate.Estimate;
import io.shearling.recipes.evaluate.EvaluationReport;
import java.io.IOException;
import java.util.List;

/** The JSON of an evaluation. What cannot be told, as an error of too few tokens, is null. */
final class EvaluationJson {
    private static final String[] PERCENTS = {"0.1", "1", "5", "10", "25", "75", "90", "95", "99", "99.9"};

    private EvaluationJson() {}

    /** @param chunks the mean divergence of each chunk: candidates on the same text are compared chunk by chunk */
    static String of(EvaluationReport report, List<Double> chunks) {
        return JsonText.object(out -> {
            out.writeStringField("model", report.candidate());
            if (report.base().isPresent()) {
                out.writeStringField("base", report.base().get());
            }
            out.writeObjectFieldStart("text");
            out.writeStringField("file", report.text());
            if (report.textSha256().isPresent()) {
                out.writeStringField("sha256", report.textSha256().get());
            }
            out.writeNumberField("tokens", report.textTokens());
            out.writeEndObject();
            out.writeNumberField("contextTokens", report.contextTokens());
            out.writeNumberField("chunks", report.chunks());
            out.writeNumberField("scoredTokens", report.tokens());
            out.writeBooleanField("stoppedEarly", report.stoppedEarly());
            estimate(out, "perplexity", report.perplexity());
            if (report.comparison().isPresent()) {
                comparison(out, "comparison", report.comparison().get());
                out.writeArrayFieldStart("chunkKl");
                for (double chunk : chunks) {
                    out.writeNumber(chunk);
                }
                out.writeEndArray();
            }
            if (report.stored().isPresent()) {
                comparison(out, "stored", report.stored().get());
                if (report.comparison().isPresent()) {
                    number(out, "storedKlBound", report.storedBound());
                }
            }
        });
    }

    private static void comparison(JsonGenerator out, String name, Comparison comparison) throws IOException {
        out.writeObjectFieldStart(name);
        estimate(out, "perplexity", comparison.perplexity());
        estimate(out, "basePerplexity", comparison.basePerplexity());
        number(out, "correlation", comparison.correlation());
        estimate(out, "lnRatio", comparison.lnRatio());
        estimate(out, "ratio", comparison.ratio());
        estimate(out, "difference", comparison.difference());
        estimate(out, "kl", comparison.kl());
        number(out, "klBound", comparison.klBound());
        number(out, "klSampling", comparison.klSampling());
        distribution(out, "klDistribution", comparison.klDistribution());
        estimate(out, "deltaP", comparison.deltaP());
        distribution(out, "deltaPDistribution", comparison.deltaPDistribution());
        estimate(out, "rmsDeltaP", comparison.rmsDeltaP());
        estimate(out, "sameTop", comparison.sameTop());
        out.writeEndObject();
    }

    private static void estimate(JsonGenerator out, String name, Estimate estimate) throws IOException {
        out.writeObjectFieldStart(name);
        number(out, "value", estimate.value());
        number(out, "error", estimate.error());
        out.writeEndObject();
    }

    private static void distribution(JsonGenerator out, String name, Distribution values) throws IOException {
        out.writeObjectFieldStart(name);
        number(out, "minimum", values.minimum());
        number(out, "median", values.median());
        number(out, "maximum", values.maximum());
        for (String percent : PERCENTS) {
            number(out, "p" + percent, values.percentile(Double.parseDouble(percent)));
        }
        out.writeEndObject();
    }

    private static void number(JsonGenerator out, String name, double value) throws IOException {
        if (Double.isFinite(value)) {
            out.writeNumberField(name, value);
        } else {
            out.writeNullField(name);
        }
    }
}
