package io.shearling.it.fuzz;

import java.util.Random;
import java.util.StringJoiner;

/** A damaged file, and how it was damaged. For one thread. */
final class Mutant {
    private static final Damage LIKELY =
            Damage.oneOf(new ValueDamage(), new TensorDamage(), new VocabularyDamage(), new TemplateDamage());

    private static final Damage HONEST = Damage.oneOf(new ValueDamage(), new TensorDamage(), new VocabularyDamage());

    private final String story;
    private final byte[] file;

    private Mutant(String story, byte[] file) {
        this.story = story;
        this.file = file;
    }

    /** What can still be loaded, most of the time: one or two things are wrong. */
    static Mutant forLoading(HealthyModels healthy, long seed) {
        Random random = new Random(seed);
        LooseModel model = healthy.model(random.nextInt(healthy.count()));
        StringJoiner story = new StringJoiner(", ").add(model.architecture());
        if (random.nextInt(6) == 0) {
            story.add(new ArchitectureDamage().to(model, random));
        }
        int damages = random.nextInt(10) < 7 ? 1 : 2 + random.nextInt(3);
        for (int i = 0; i < damages; i++) {
            story.add(LIKELY.to(model, random));
        }
        byte[] file = model.bytes();
        if (random.nextInt(12) == 0) {
            story.add("bytes");
            file = ByteDamage.to(file, model.headerBytes(), random);
        }
        return new Mutant(story.toString(), file);
    }

    /** What a reader of the header is to stumble over. */
    static Mutant forReading(HealthyModels healthy, long seed) {
        Random random = new Random(seed);
        LooseModel model = healthy.model(random.nextInt(healthy.count()));
        StringJoiner story = new StringJoiner(", ").add(model.architecture());
        for (int i = random.nextInt(3); i > 0; i--) {
            story.add(HONEST.to(model, random));
        }
        // Last, for what lies of its own length cannot be taken apart again.
        for (int i = random.nextInt(3); i > 0; i--) {
            story.add(new StructureDamage().to(model, random));
        }
        byte[] file = model.bytes();
        if (random.nextBoolean()) {
            story.add("bytes");
            file = ByteDamage.to(file, model.headerBytes(), random);
        }
        return new Mutant(story.toString(), file);
    }

    String story() {
        return story;
    }

    byte[] file() {
        return file;
    }
}
