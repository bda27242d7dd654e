package io.shearling.cli;

import io.shearling.runtime.Model;
import picocli.CommandLine.Option;

/** {@code --ctx N} of the commands that generate text. */
final class ContextOption {
    @Option(
            names = "--ctx",
            paramLabel = "N",
            converter = NumberRange.ContextTokens.class,
            description =
                    "Tokens that prompt and reply may have together. Default: at most 4,096 that fit the machine.")
    private int tokens;

    /** 0: chosen to fit. */
    int tokens() {
        return tokens;
    }

    /** Says that a model is asked for more than it has learnt: it goes on, and goes wrong. */
    void compare(Model model, Streams streams) {
        if (model.contextLength() > 0 && tokens > model.contextLength()) {
            streams.say("--ctx " + tokens + ": the model was trained for " + Sizes.count(model.contextLength())
                    + " tokens, and what it says after more may make no sense");
        }
    }
}
