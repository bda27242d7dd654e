package io.shearling.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import io.shearling.runtime.GenerationEvent;
import io.shearling.runtime.Model;
import io.shearling.runtime.Timings;
import io.shearling.runtime.Tokenizer;
import io.shearling.runtime.Usage;
import java.io.IOException;

/** A reply as JSON. */
final class ReplyJson {
    private ReplyJson() {}

    /** One object: model, text, finishReason, seed, usage, timings, and tokens where log-probabilities were asked for. */
    static String of(Reply reply, int seed, long loadNanos, String name, Model model) {
        return JsonText.object(json -> {
            json.writeObjectFieldStart("model");
            json.writeStringField("name", name);
            json.writeStringField("file", model.path().toString());
            json.writeStringField("description", model.description());
            json.writeEndObject();
            json.writeStringField("text", reply.text());
            json.writeStringField(
                    "finishReason", ReplyStatistics.name(reply.end().reason()));
            json.writeNumberField("seed", seed);
            writeFigures(json, reply, loadNanos);
            if (!reply.tokens().isEmpty()) {
                json.writeArrayFieldStart("tokens");
                for (GenerationEvent.Token token : reply.tokens()) {
                    writeToken(json, token, model.tokenizer());
                }
                json.writeEndArray();
            }
        });
    }

    private static void writeFigures(JsonGenerator json, Reply reply, long loadNanos) throws IOException {
        Usage usage = reply.end().usage();
        json.writeObjectFieldStart("usage");
        json.writeNumberField("promptTokens", usage.promptTokens());
        json.writeNumberField("cachedTokens", usage.cachedTokens());
        json.writeNumberField("generatedTokens", usage.generatedTokens());
        json.writeEndObject();
        Timings timings = reply.end().timings();
        json.writeObjectFieldStart("timings");
        json.writeNumberField("loadMillis", loadNanos / 1e6);
        json.writeNumberField("queuedMillis", timings.queued().toNanos() / 1e6);
        json.writeNumberField("promptMillis", timings.prompt().toNanos() / 1e6);
        json.writeNumberField("generationMillis", timings.generation().toNanos() / 1e6);
        json.writeNumberField("promptTokensPerSecond", timings.promptTokensPerSecond(usage));
        json.writeNumberField("generatedTokensPerSecond", timings.generatedTokensPerSecond(usage));
        json.writeEndObject();
    }

    private static void writeToken(JsonGenerator json, GenerationEvent.Token token, Tokenizer tokenizer)
            throws IOException {
        json.writeStartObject();
        writeChoice(json, token.token(), token.logProbability(), tokenizer);
        json.writeArrayFieldStart("likeliest");
        for (GenerationEvent.Candidate candidate : token.likeliest()) {
            json.writeStartObject();
            writeChoice(json, candidate.token(), candidate.logProbability(), tokenizer);
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeEndObject();
    }

    private static void writeChoice(JsonGenerator json, int token, float logProbability, Tokenizer tokenizer)
            throws IOException {
        json.writeNumberField("id", token);
        json.writeStringField("piece", Pieces.text(tokenizer.bytes(token)));
        json.writeNumberField("logProbability", logProbability);
    }
}
