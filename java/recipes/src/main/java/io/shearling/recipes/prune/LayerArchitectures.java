package io.shearling.recipes.prune;

import java.util.Set;

/**
 * Architectures whose layers are the same wherever they stand, as llama.cpp v0.5.0 builds them, so that the others compute what they
 * did when one is gone. Not here: those that tell from its number whether a layer has a window, rotates its queries, or mixes experts.
 */
final class LayerArchitectures {
    private static final Set<String> ALIKE = Set.of(
            "apertus",
            "arcee",
            "baichuan",
            "bailingmoe",
            "bloom",
            "chatglm",
            "codeshell",
            "command-r",
            "deci",
            "deepseek",
            "deepseek2",
            "ernie4_5",
            "exaone",
            "falcon",
            "gemma",
            "glm4",
            "gpt2",
            "gptneox",
            "granite",
            "granitemoe",
            "hunyuan-dense",
            "internlm2",
            "jais",
            "llama",
            "mpt",
            "nemotron",
            "olmo",
            "olmoe",
            "orion",
            "phi2",
            "phi3",
            "phimoe",
            "plamo",
            "qwen",
            "qwen2",
            "qwen2moe",
            "qwen3",
            "qwen3moe",
            "refact",
            "seed_oss",
            "stablelm",
            "starcoder",
            "starcoder2",
            "xverse");

    private LayerArchitectures() {}

    static boolean alike(String architecture) {
        return ALIKE.contains(architecture);
    }

    /** Their names, for people. */
    static String names() {
        return String.join(", ", ALIKE.stream().sorted().toList());
    }
}
