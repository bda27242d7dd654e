package io.shearling.runtime.bridge;

import io.shearling.core.Core;
import io.shearling.runtime.Device;
import io.shearling.runtime.ModelOptions;
import io.shearling.runtime.Vocabulary;
import io.shearling.runtime.error.ErrorCode;
import io.shearling.runtime.error.ShearlingException;

/** Native numbers to Java's enums and back, in one place. */
final class Codes {
    private Codes() {}

    static int loadMode(ModelOptions.LoadMode mode) {
        return switch (mode) {
            case MAP -> Core.SHL_LOAD_MAP;
            case READ -> Core.SHL_LOAD_READ;
            case MAP_LOCKED -> Core.SHL_LOAD_MAP_LOCKED;
        };
    }

    static Device.Type deviceType(int code) {
        return switch (code) {
            case Core.SHL_DEVICE_CPU -> Device.Type.CPU;
            case Core.SHL_DEVICE_GPU -> Device.Type.GPU;
            case Core.SHL_DEVICE_INTEGRATED_GPU -> Device.Type.INTEGRATED_GPU;
            case Core.SHL_DEVICE_ACCELERATOR -> Device.Type.ACCELERATOR;
            default -> throw unknown("device type", code);
        };
    }

    static Vocabulary.Type vocabularyType(int code) {
        return switch (code) {
            case Core.SHL_VOCAB_NONE -> Vocabulary.Type.NONE;
            case Core.SHL_VOCAB_SENTENCEPIECE -> Vocabulary.Type.SENTENCEPIECE;
            case Core.SHL_VOCAB_BPE -> Vocabulary.Type.BPE;
            case Core.SHL_VOCAB_WORDPIECE -> Vocabulary.Type.WORDPIECE;
            case Core.SHL_VOCAB_UNIGRAM -> Vocabulary.Type.UNIGRAM;
            case Core.SHL_VOCAB_RWKV -> Vocabulary.Type.RWKV;
            case Core.SHL_VOCAB_PLAMO2 -> Vocabulary.Type.PLAMO2;
            case Core.SHL_VOCAB_TEST -> Vocabulary.Type.TEST;
            default -> throw unknown("vocabulary type", code);
        };
    }

    private static ShearlingException unknown(String what, int code) {
        return new ShearlingException(
                ErrorCode.UNSUPPORTED,
                "native code speaks of the " + what + " " + code + ", which this version does not know");
    }
}
