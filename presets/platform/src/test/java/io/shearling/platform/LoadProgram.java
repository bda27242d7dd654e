package io.shearling.platform;

import io.shearling.core.Core;
import io.shearling.llama.Llama;
import io.shearling.natives.NativeLibraries;
import io.shearling.natives.NativeLoadException;
import io.shearling.natives.NativeState;
import java.io.IOException;
import java.util.Locale;

/**
 * A program of its own: loads everything and says what it took, in one line. With an argument it then waits for a line, and
 * says it again.
 */
final class LoadProgram {

    private LoadProgram() {}

    public static void main(String[] arguments) throws IOException {
        try {
            long begin = System.nanoTime();
            NativeLibraries.load();
            say((System.nanoTime() - begin) / 1e6);
        } catch (NativeLoadException e) {
            System.out.println(e.reason() + " " + e.getMessage());
            System.exit(1);
        }
        if (arguments.length > 0) {
            System.in.read();
            say(0);
        }
    }

    private static void say(double milliseconds) {
        String version = Core.shl_llama_version();
        boolean mapped = Llama.llama_supports_mmap();
        String module = String.valueOf(Core.class.getModule().getName());
        NativeState.Loaded loaded = (NativeState.Loaded) NativeLibraries.state();
        System.out.printf(Locale.ROOT, "%s %s %s %s %.1f%n", version, mapped, module, loaded.directory(), milliseconds);
    }
}
