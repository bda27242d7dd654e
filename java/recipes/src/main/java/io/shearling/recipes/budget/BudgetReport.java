package io.shearling.recipes.budget;

import io.shearling.formats.preset.QuantizationPreset;
import io.shearling.recipes.evaluate.Estimate;
import io.shearling.recipes.quantize.QuantizationOptions;
import io.shearling.recipes.speed.SpeedGoal;
import io.shearling.recipes.speed.SpeedProfile;
import io.shearling.recipes.statistics.ImportanceFile;
import java.util.List;
import java.util.Optional;

/**
 * What a search found.
 *
 * @param types of all tensors that can be quantized
 * @param options with which {@link io.shearling.recipes.quantize.Quantization} writes the model
 * @param shares what each group of tensors got
 * @param result the chosen model
 * @param preset the best preset that is no larger, measured on the same text; empty where there is none
 * @param difference the chosen model's divergence less the preset's, with the error of the difference token by token
 * @param others what was measured besides, and not chosen
 * @param fileType the preset whose name stands in the file, of the nearest size
 * @param collected the importance, where it was collected for this
 * @param text name of the text
 * @param textSha256 of its file, in hexadecimal
 * @param contextTokens of a chunk
 * @param searchChunks that each group was measured on
 * @param verificationChunks that the models were measured on
 * @param verificationTokens that were scored
 * @param profile where the times of products come from; there where the budget has a speed
 * @param speed the speed that was wanted, and whether it is reached
 * @param limit what kept the budget from being used up, a sentence; empty where nothing did
 * @param unrounded why the model is not written with the error feedback that was asked for, a sentence; empty where it is, or was not
 */
public record BudgetReport(
        TypeTable types,
        QuantizationOptions options,
        List<TypeShare> shares,
        VerifiedModel result,
        Optional<VerifiedModel> preset,
        Optional<Estimate> difference,
        List<VerifiedModel> others,
        Optional<QuantizationPreset> fileType,
        Optional<ImportanceFile> collected,
        String text,
        String textSha256,
        int contextTokens,
        int searchChunks,
        int verificationChunks,
        long verificationTokens,
        Optional<SpeedProfile> profile,
        Optional<SpeedResult> speed,
        Optional<String> limit,
        Optional<String> unrounded) {
    /**
     * What became of a goal.
     *
     * @param met whether the model ran so fast when it was measured
     */
    public record SpeedResult(SpeedGoal goal, boolean met) {}

    /** Copies the lists. */
    public BudgetReport {
        shares = List.copyOf(shares);
        others = List.copyOf(others);
    }
}
