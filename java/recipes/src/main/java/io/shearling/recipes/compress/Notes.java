package io.shearling.recipes.compress;

import io.shearling.formats.json.JsonValue;
import io.shearling.recipes.evaluate.Estimate;
import io.shearling.recipes.recipe.Figures;
import java.util.List;

/** What stands in the notes of a workspace, as JSON and back: nothing of a number is lost on the way. */
final class Notes {
    private Notes() {}

    static JsonValue.Fields of(Figures figures) {
        return JsonValue.object(
                "perplexity", of(figures.perplexity()),
                "basePerplexity", of(figures.basePerplexity()),
                "ratio", of(figures.ratio()),
                "kl", of(figures.kl()),
                "sameTop", of(figures.sameTop()),
                "tokens", figures.tokens());
    }

    private static JsonValue of(Estimate estimate) {
        return JsonValue.object("value", finite(estimate.value()), "error", finite(estimate.error()));
    }

    /** JSON has no other numbers. */
    private static Object finite(double value) {
        return Double.isFinite(value) ? value : Double.toString(value);
    }

    static Figures figures(JsonValue.Fields note) {
        return new Figures(
                estimate(note, "perplexity"),
                estimate(note, "basePerplexity"),
                estimate(note, "ratio"),
                estimate(note, "kl"),
                estimate(note, "sameTop"),
                (long) number(note, "tokens"));
    }

    private static Estimate estimate(JsonValue.Fields note, String name) {
        JsonValue.Fields fields = fields(note, name);
        return new Estimate(number(fields, "value"), number(fields, "error"));
    }

    static JsonValue.Fields fields(JsonValue.Fields note, String name) {
        if (note.find(name).orElse(null) instanceof JsonValue.Fields fields) {
            return fields;
        }
        throw missing(name);
    }

    static List<JsonValue> items(JsonValue.Fields note, String name) {
        if (note.find(name).orElse(null) instanceof JsonValue.Items items) {
            return items.values();
        }
        throw missing(name);
    }

    /** A number of a note, whichever way it is written. */
    static double number(JsonValue.Fields note, String name) {
        JsonValue value = note.find(name).orElse(null);
        if (value instanceof JsonValue.Real real) {
            return real.value();
        }
        if (value instanceof JsonValue.Int integer) {
            return integer.value();
        }
        if (value instanceof JsonValue.Text text) {
            return Double.parseDouble(text.value());
        }
        throw missing(name);
    }

    /** The note is damaged: what it tells of is made again. */
    private static IllegalStateException missing(String name) {
        return new IllegalStateException("it has no " + name);
    }
}
