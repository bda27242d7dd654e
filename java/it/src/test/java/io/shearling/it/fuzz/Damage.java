package io.shearling.it.fuzz;

import java.util.List;
import java.util.Random;

/** A way to damage a model. */
interface Damage {
    /** Damages the model and says how, in a few words. */
    String to(LooseModel model, Random random);

    /** One of several ways. */
    static Damage oneOf(Damage... ways) {
        return (model, random) -> pick(random, List.of(ways)).to(model, random);
    }

    /** Words with blanks between them. */
    static List<String> words(String text) {
        return List.of(text.strip().split("\\s+", -1));
    }

    static <T> T pick(Random random, List<T> all) {
        return all.get(random.nextInt(all.size()));
    }
}
