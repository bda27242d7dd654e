package io.shearling.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import io.shearling.recipes.evaluate.ChoiceReport;
import io.shearling.recipes.evaluate.Estimate;
import java.io.IOException;

/** The JSON of a score of choices. */
final class ChoiceJson {
    private ChoiceJson() {}

    static String of(ChoiceReport report) {
        return JsonText.object(out -> {
            out.writeStringField("model", report.model());
            out.writeStringField("tasks", report.tasks());
            out.writeNumberField("count", report.count());
            out.writeNumberField("chance", report.chance());
            share(out, "accuracy", report.accuracy());
            share(out, "byteAccuracy", report.byteAccuracy());
            share(out, "tokenAccuracy", report.tokenAccuracy());
        });
    }

    private static void share(JsonGenerator out, String name, Estimate estimate) throws IOException {
        out.writeObjectFieldStart(name);
        out.writeNumberField("value", estimate.value());
        out.writeNumberField("error", estimate.error());
        out.writeEndObject();
    }
}
