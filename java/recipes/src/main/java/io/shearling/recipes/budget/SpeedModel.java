package io.shearling.recipes.budget;

import io.shearling.formats.tensor.TensorType;
import io.shearling.recipes.speed.Speed;
import io.shearling.recipes.speed.TensorTimes;

/**
 * Foretells how fast a choice is: its products as they were measured, and what a token takes besides, which is the same for all choices
 * and comes from the run of one of them. Immutable.
 */
record SpeedModel(TensorTimes times, Line generation, Line prompt) {
    /**
     * Seconds of a token by the seconds of its products.
     *
     * @param scale 1, unless products take less in the model than they did alone
     * @param rest attention, norms, sampling
     */
    record Line(double scale, double rest) {
        static Line through(double products, double seconds) {
            return products <= seconds ? new Line(1, seconds - products) : new Line(seconds / products, 0);
        }

        double seconds(double products) {
            return scale * products + rest;
        }

        Line times(double factor) {
            return new Line(factor * scale, factor * rest);
        }
    }

    /** The model of which one choice was measured to be that fast. */
    static SpeedModel of(TensorTimes times, ModelTensors model, TypeTable types, Speed measured) {
        SpeedModel products = new SpeedModel(times, new Line(1, 0), new Line(1, 0));
        Speed alone = products.speed(model, types);
        return new SpeedModel(
                times,
                Line.through(1 / alone.generation(), 1 / measured.generation()),
                Line.through(1 / alone.prompt(), 1 / measured.prompt()));
    }

    /** The same with all times longer or shorter, as a choice was measured to have them. */
    SpeedModel corrected(Speed foretold, Speed measured) {
        return new SpeedModel(
                times,
                generation.times(foretold.generation() / measured.generation()),
                prompt.times(foretold.prompt() / measured.prompt()));
    }

    /** Seconds that a tensor of a type takes of each token that is generated. */
    double generation(ChosenTensor tensor, Candidate candidate) {
        return generation.scale() * times.generation(tensor.info(), candidate.type());
    }

    /** Seconds that a tensor of a type takes of each token of a prompt. */
    double prompt(ChosenTensor tensor, Candidate candidate) {
        return prompt.scale() * times.prompt(tensor.info(), candidate.type());
    }

    /** How fast a choice is. */
    Speed speed(ModelTensors model, TypeTable types) {
        double generating = 0;
        double reading = 0;
        for (ChosenTensor tensor : model.tensors()) {
            TensorType type = types.type(tensor.name());
            generating += times.generation(tensor.info(), type);
            reading += times.prompt(tensor.info(), type);
        }
        return new Speed(1 / generation.seconds(generating), 1 / prompt.seconds(reading));
    }
}
