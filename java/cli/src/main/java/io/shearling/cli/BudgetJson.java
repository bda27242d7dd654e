package io.shearling.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import io.shearling.recipes.budget.BudgetReport;
import io.shearling.recipes.budget.TypeShare;
import io.shearling.recipes.budget.VerifiedModel;
import io.shearling.recipes.evaluate.Estimate;
import io.shearling.recipes.speed.Speed;
import io.shearling.recipes.speed.SpeedGoal;
import io.shearling.recipes.speed.SpeedProfile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;

/** What a budget bought, as JSON. */
final class BudgetJson {
    private BudgetJson() {}

    static String of(BudgetReport report, Optional<Path> written, Path types, Optional<Path> importance) {
        return JsonText.object(out -> {
            if (written.isPresent()) {
                out.writeStringField("file", written.get().toString());
                out.writeStringField("types", types.toString());
            }
            if (importance.isPresent()) {
                out.writeStringField("importance", importance.get().toString());
            }
            if (report.fileType().isPresent()) {
                out.writeStringField("fileType", lower(report.fileType().get().name()));
            }
            out.writeStringField("text", report.text());
            out.writeStringField("textSha256", report.textSha256());
            out.writeNumberField("contextTokens", report.contextTokens());
            out.writeNumberField("searchChunks", report.searchChunks());
            out.writeNumberField("verificationChunks", report.verificationChunks());
            out.writeNumberField("verificationTokens", report.verificationTokens());
            model(out, "result", report.result());
            if (report.preset().isPresent()) {
                model(out, "preset", report.preset().get());
            }
            if (report.difference().isPresent()) {
                estimate(out, "difference", report.difference().get());
            }
            out.writeArrayFieldStart("others");
            for (VerifiedModel other : report.others()) {
                out.writeStartObject();
                fields(out, other);
                out.writeEndObject();
            }
            out.writeEndArray();
            if (report.speed().isPresent() && report.profile().isPresent()) {
                goal(out, report.speed().get(), report.profile().get());
            }
            if (report.options().gptq().isPresent()) {
                out.writeStringField("rounding", "gptq");
            }
            if (report.unrounded().isPresent()) {
                out.writeStringField("unrounded", report.unrounded().get());
            }
            if (report.limit().isPresent()) {
                out.writeStringField("limit", report.limit().get());
            }
            groups(out, report);
            out.writeObjectFieldStart("tensors");
            for (var entry : report.types().types().entrySet()) {
                out.writeStringField(entry.getKey(), lower(entry.getValue().ggmlName()));
            }
            out.writeEndObject();
        });
    }

    private static void groups(JsonGenerator out, BudgetReport report) throws IOException {
        out.writeArrayFieldStart("groups");
        for (TypeShare share : report.shares()) {
            out.writeStartObject();
            out.writeStringField("role", share.role());
            if (share.firstBlock() >= 0) {
                out.writeNumberField("firstBlock", share.firstBlock());
                out.writeNumberField("lastBlock", share.lastBlock());
            }
            out.writeObjectFieldStart("types");
            for (var entry : share.types().entrySet()) {
                out.writeNumberField(lower(entry.getKey().ggmlName()), entry.getValue());
            }
            out.writeEndObject();
            out.writeNumberField("parameters", share.elements());
            out.writeNumberField("sizeBytes", share.sizeBytes());
            if (!Double.isNaN(share.sensitivity())) {
                out.writeNumberField("klAlone", share.sensitivity());
            }
            out.writeNumberField("predictedShare", share.predictedShare());
            out.writeEndObject();
        }
        out.writeEndArray();
    }

    private static void model(JsonGenerator out, String name, VerifiedModel model) throws IOException {
        out.writeObjectFieldStart(name);
        fields(out, model);
        out.writeEndObject();
    }

    private static void fields(JsonGenerator out, VerifiedModel model) throws IOException {
        out.writeStringField("name", model.name());
        out.writeNumberField("sizeBytes", model.sizeBytes());
        out.writeNumberField("bitsPerWeight", model.bitsPerWeight());
        out.writeNumberField("predictedKl", model.predicted());
        estimate(out, "kl", model.kl());
        if (model.speed().isPresent() && model.predictedSpeed().isPresent()) {
            speed(out, "predictedSpeed", model.predictedSpeed().get());
            speed(out, "speed", model.speed().get());
        }
    }

    private static void goal(JsonGenerator out, BudgetReport.SpeedResult result, SpeedProfile profile)
            throws IOException {
        out.writeObjectFieldStart("speedGoal");
        SpeedGoal goal = result.goal();
        if (goal.generation().isPresent()) {
            out.writeNumberField("generation", goal.generation().getAsDouble());
        }
        if (goal.prompt().isPresent()) {
            out.writeNumberField("prompt", goal.prompt().getAsDouble());
        }
        out.writeBooleanField("met", result.met());
        out.writeStringField("machine", profile.machine());
        out.writeStringField("profile", profile.file().toString());
        if (profile.fault().isPresent()) {
            out.writeStringField("profileFault", profile.fault().get());
        }
        out.writeEndObject();
    }

    private static void speed(JsonGenerator out, String name, Speed speed) throws IOException {
        out.writeObjectFieldStart(name);
        out.writeNumberField("generation", speed.generation());
        out.writeNumberField("prompt", speed.prompt());
        out.writeEndObject();
    }

    private static void estimate(JsonGenerator out, String name, Estimate estimate) throws IOException {
        out.writeObjectFieldStart(name);
        out.writeNumberField("value", estimate.value());
        out.writeNumberField("error", estimate.error());
        out.writeEndObject();
    }

    private static String lower(String name) {
        return name.toLowerCase(Locale.ROOT);
    }
}
