package io.shearling.natives;

import io.shearling.natives.NativeLoadException.Reason;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The shared libraries that are no JNI libraries, in the order in which they need each other.
 *
 * <p>Each is loaded by its path. A later one names an earlier one by its SONAME, and the system's loader takes the one
 * that is already there, so no search path matters, not even {@code LD_LIBRARY_PATH}.
 */
final class SharedLibraries {
    static final String CORE = "shearling";
    private static final List<String> ORDER = List.of("ggml-base", "ggml", "llama", "llama-common", CORE);

    private SharedLibraries() {}

    /**
     * Loads all of them.
     *
     * @param folders where to look, in this order
     * @return the files, in the order of loading
     */
    static List<Path> load(List<Path> folders) {
        List<Path> files = new ArrayList<>();
        for (String library : ORDER) {
            files.add(require(folders, library));
        }
        for (Path file : files) {
            try {
                System.load(file.toString());
            } catch (UnsatisfiedLinkError | IllegalCallerException e) {
                throw LinkFailure.explain(file, e);
            }
        }
        return files;
    }

    /** The file of a library, absolute. */
    static Path require(List<Path> folders, String library) {
        for (Path folder : folders) {
            String[] names = folder.toFile().list();
            if (names == null) {
                throw new NativeLoadException(
                        Reason.INCOMPLETE_FOLDER,
                        folder + " is not a folder that can be listed: let -Dshearling.natives name folders.",
                        null);
            }
            for (String name : names) {
                if (isFileOf(name, library)) {
                    return folder.resolve(name);
                }
            }
        }
        throw new NativeLoadException(
                Reason.INCOMPLETE_FOLDER,
                "The library " + library + " is not in " + folders
                        + ": let -Dshearling.natives name every folder with natives, or leave it out.",
                null);
    }

    /** Whether a file's name is that of a library, on any system: libx.so, libx.so.0, libx.dylib, libx.0.dylib, x.dll. */
    static boolean isFileOf(String file, String library) {
        String name = file.startsWith("lib") ? file.substring("lib".length()) : file;
        if (!name.startsWith(library + ".")) {
            return false;
        }
        String rest = name.substring(library.length());
        return rest.equals(".so")
                || (rest.startsWith(".so.") && isVersion(rest.substring(".so.".length())))
                || rest.equals(".dll")
                || (rest.endsWith(".dylib") && isVersion(rest.substring(1, rest.length() - "dylib".length())));
    }

    private static boolean isVersion(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c != '.' && (c < '0' || c > '9')) {
                return false;
            }
        }
        return true;
    }
}
