package io.shearling.recipes.compress;

import io.shearling.formats.json.JsonValue;
import io.shearling.recipes.evaluate.Estimate;
import io.shearling.recipes.recipe.Figures;

/** Figures as JSON, and back: nothing is lost on the way. */
final class FigureNotes {
    private FigureNotes() {}

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

    static Figures read(JsonValue.Fields note) {
        return new Figures(
                estimate(note, "perplexity"),
                estimate(note, "basePerplexity"),
                estimate(note, "ratio"),
                estimate(note, "kl"),
                estimate(note, "sameTop"),
                (long) number(note, "tokens"));
    }

    private static Estimate estimate(JsonValue.Fields note, String name) {
        if (note.find(name).orElse(null) instanceof JsonValue.Fields fields) {
            return new Estimate(number(fields, "value"), number(fields, "error"));
        }
        throw new IllegalStateException("it has no " + name);
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
        throw new IllegalStateException("it has no " + name);
    }
}
