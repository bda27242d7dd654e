package io.shearling.recipes.budget;

import io.shearling.formats.gguf.TensorInfo;
import io.shearling.formats.tensor.TensorShape;
import io.shearling.formats.tensor.TensorType;
import java.util.ArrayList;
import java.util.List;

/** Tensors to choose for that are in no file. */
final class TinyTensors {
    private static final TensorShape SHAPE = TensorShape.of(256, 4);

    private TinyTensors() {}

    /** A tensor of f32 with these candidates, the error of each half that of the one before. */
    static ChosenTensor of(String name, TensorType... types) {
        List<Candidate> candidates = new ArrayList<>();
        double error = 1;
        for (TensorType type : types) {
            candidates.add(new Candidate(type, type.bytes(SHAPE), error));
            error /= 2;
        }
        TensorInfo info = new TensorInfo(name, TensorType.F32, SHAPE, 0, 0, 0, TensorType.F32.bytes(SHAPE));
        return new ChosenTensor(info, candidates, 1);
    }

    /** A model of these alone. */
    static ModelTensors model(ChosenTensor... tensors) {
        long elements = 0;
        for (ChosenTensor tensor : tensors) {
            elements += tensor.elements();
        }
        return new ModelTensors(List.of(tensors), 100, 0, elements);
    }
}
