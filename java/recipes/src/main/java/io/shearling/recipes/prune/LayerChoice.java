package io.shearling.recipes.prune;

import java.util.List;

/** Which layers a model loses. */
public sealed interface LayerChoice {
    /** Layers by their numbers, from 0. */
    record Listed(List<Integer> layers) implements LayerChoice {
        /** Copies the list. */
        public Listed {
            layers = List.copyOf(layers);
        }
    }

    /** So many by a rule. */
    record Ruled(LayerRule rule, int count) implements LayerChoice {}
}
