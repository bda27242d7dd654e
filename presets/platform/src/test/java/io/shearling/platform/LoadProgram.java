package io.shearling.platform;

import io.shearling.core.Core;
import io.shearling.llama.Llama;
import io.shearling.natives.NativeLibraries;
import io.shearling.natives.NativeState;
import java.util.Locale;

/** A program of its own: loads everything and says what it took, in one line. */
final class LoadProgram {

    private LoadProgram() {}

    public static void main(String[] arguments) {
        long begin = System.nanoTime();
        NativeLibraries.load();
        double milliseconds = (System.nanoTime() - begin) / 1e6;
        String version = Core.shl_llama_version();
        boolean mapped = Llama.llama_supports_mmap();
        String module = String.valueOf(Core.class.getModule().getName());
        NativeState.Loaded loaded = (NativeState.Loaded) NativeLibraries.state();
        System.out.printf(Locale.ROOT, "%s %s %s %s %.1f%n", version, mapped, module, loaded.directory(), milliseconds);
    }
}
