package io.shearling.recipes.evaluate;

import io.shearling.runtime.Model;
import java.nio.file.Path;
import java.util.Optional;

/** What a candidate is compared with. */
public sealed interface Base permits Base.None, Base.Loaded, Base.Logits, Base.Cache {
    /** Nothing: only the candidate's own perplexity is wanted. */
    record None() implements Base {}

    /** A model that runs over the same chunks at the same time. The caller closes it. */
    record Loaded(Model model) implements Base {}

    /**
     * A file of llama-perplexity's {@code --kl-divergence-base}, or one written here in that form. The text is in it too. Only
     * what llama-perplexity finds is found: what the 16 bits have lost is lost.
     */
    record Logits(Path file) implements Base {}

    /**
     * A compact cache that was written here. The text is in it too.
     *
     * @param model the file that it should have been made from, if that is known; another is refused
     */
    record Cache(Path file, Optional<Path> model) implements Base {}
}
