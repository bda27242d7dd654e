package io.shearling.convert;

import io.shearling.convert.ConvertException.Kind;
import io.shearling.convert.architecture.Draft;
import io.shearling.convert.checkpoint.JsonFile;
import io.shearling.formats.json.JsonValue;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What an {@code adapter_config.json} says that the tensors do not.
 *
 * @param file where it is
 * @param plain its {@code lora_alpha}: a change counts alpha / rank
 * @param stabilized whether a change counts alpha / √rank (<a href="https://arxiv.org/abs/2312.03732">paper</a>), which llama.cpp does
 *     not know
 * @param invocation the tokens behind which an activated adapter begins to count; none for others
 */
record LoraSettings(String file, double plain, boolean stabilized, List<Long> invocation) {
    /**
     * Reads them.
     *
     * @param upstream whether what upstream's converter passes over is passed over
     * @throws ConvertException when the adapter is of a kind that llama.cpp has not
     */
    static LoraSettings read(Path path, boolean upstream) {
        JsonValue.Fields config = JsonFile.read(path);
        String file = path.toString();
        String kind = config.find("peft_type").flatMap(JsonValue::text).orElse("LORA");
        if (!kind.equals("LORA")) {
            throw unfit(file, "the adapter is of the kind " + kind);
        }
        if (flag(config, "use_dora")) {
            throw unfit(file, "the adapter is a DoRA, whose magnitudes llama.cpp has no place for");
        }
        if (config.find("modules_to_save")
                .flatMap(JsonValue::items)
                .filter(items -> !items.isEmpty())
                .isPresent()) {
            throw unfit(file, "the adapter has whole modules (modules_to_save)");
        }
        if (!upstream
                && !config.find("alpha_pattern")
                        .flatMap(JsonValue::fields)
                        .map(JsonValue.Fields::values)
                        .orElse(Map.of())
                        .isEmpty()) {
            throw unfit(file, "its changes count differently (alpha_pattern), and llama.cpp has one alpha");
        }
        double alpha = config.find("lora_alpha")
                .flatMap(JsonValue::number)
                .orElseThrow(() -> new ConvertException(
                        Kind.CONFIG, file, "it has no number lora_alpha", "fetch the adapter again"));
        return new LoraSettings(file, alpha, !upstream && flag(config, "use_rslora"), invocation(config, file));
    }

    private static boolean flag(JsonValue.Fields config, String name) {
        return config.find(name).flatMap(JsonValue::bool).orElse(false);
    }

    private static List<Long> invocation(JsonValue.Fields config, String file) {
        Optional<List<JsonValue>> tokens =
                config.find("alora_invocation_tokens").flatMap(JsonValue::items).filter(items -> !items.isEmpty());
        if (tokens.isEmpty()
                && config.find("invocation_string")
                        .flatMap(JsonValue::text)
                        .filter(text -> !text.isEmpty())
                        .isPresent()) {
            throw new ConvertException(
                    Kind.CONFIG,
                    file,
                    "it has an invocation_string and no alora_invocation_tokens",
                    "add the numbers of its tokens");
        }
        return tokens.orElse(List.of()).stream()
                .map(token -> token.integer()
                        .filter(id -> id >= 0 && id <= 0xffff_ffffL)
                        .orElseThrow(() -> new ConvertException(
                                Kind.CONFIG,
                                file,
                                "alora_invocation_tokens has what is no token's number",
                                "fetch the adapter again")))
                .toList();
    }

    /** The alpha that llama.cpp is told, which it divides by the rank. */
    double alpha(List<Draft> tensors) {
        if (!stabilized) {
            return plain;
        }
        List<Long> ranks = tensors.stream()
                .filter(tensor -> tensor.name().endsWith(".lora_b"))
                .map(tensor -> tensor.shape().get(tensor.shape().size() - 1))
                .distinct()
                .toList();
        if (ranks.size() > 1) {
            throw unfit(
                    file,
                    "its changes are of the ranks " + ranks + " and rank-stabilized, and llama.cpp has one alpha");
        }
        return ranks.isEmpty() ? plain : plain * Math.sqrt(ranks.get(0));
    }

    private static ConvertException unfit(String file, String cause) {
        return new ConvertException(Kind.CONFIG, file, cause, "merge the adapter into its model and convert that");
    }
}
