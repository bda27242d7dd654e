package io.shearling.it.backends;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** Plug-ins that the build of native/ makes to go wrong, and good ones that are copies of our own. */
final class FaultyPlugins {
    private static final Path BUILT = Path.of(System.getProperty("shearling.test.plugins", ""));

    private FaultyPlugins() {}

    /** The one that does what its name says, as "abort". */
    static Path of(String name) {
        return BUILT.resolve("libggml-" + name + ".so");
    }

    /** A copy under another name in a folder. */
    static Path copy(String name, Path folder, String as) {
        return copy(of(name), folder, as);
    }

    /** A copy of the plain CPU variant, from a cache that has it: a good plug-in under another name. */
    static Path good(Path cache, Path folder, String as) {
        try (Stream<Path> files = Files.walk(cache)) {
            Path plain = files.filter(file -> file.endsWith("libggml-cpu-x64.so"))
                    .findFirst()
                    .orElseThrow();
            return copy(plain, folder, as);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Path copy(Path file, Path folder, String as) {
        try {
            return Files.copy(file, folder.resolve("libggml-" + as + ".so"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
