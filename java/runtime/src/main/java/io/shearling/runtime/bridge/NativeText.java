package io.shearling.runtime.bridge;

import io.shearling.core.Core;
import io.shearling.core.shl_text;
import java.nio.charset.StandardCharsets;
import java.util.function.ToIntFunction;

/** Texts that native code hands out. */
final class NativeText {
    private NativeText() {}

    /** Calls a function that gives a text, and returns it as a string. */
    static String of(String doing, ToIntFunction<shl_text> call) {
        return new String(bytes(doing, call), StandardCharsets.UTF_8);
    }

    static byte[] bytes(String doing, ToIntFunction<shl_text> call) {
        shl_text text = new shl_text();
        Status.check(call.applyAsInt(text), doing);
        try {
            byte[] bytes = new byte[Math.toIntExact(Core.shl_text_size(text))];
            Core.shl_text_copy(text, bytes, bytes.length);
            return bytes;
        } finally {
            Core.shl_text_free(text);
        }
    }
}
