package io.shearling.runtime.bridge;

import io.shearling.runtime.error.ErrorCode;
import io.shearling.runtime.error.ShearlingException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Which files are plug-ins of ggml, by their names. Every start asks, so there are loops where streams would take longer to begin. */
final class PluginFiles {
    private static final String PREFIX = "libggml-";
    private static final String CPU = "libggml-cpu-";
    private static final String BASE = "libggml-base.so";
    private static final String SUFFIX = ".so";

    private PluginFiles() {}

    /** The plug-ins of a folder, sorted. */
    static List<Path> in(Path folder) {
        String[] names = folder.toFile().list();
        if (names == null) {
            throw new ShearlingException(ErrorCode.NATIVE, folder + " cannot be listed: check its permissions");
        }
        List<Path> files = new ArrayList<>();
        for (String name : names) {
            if (name.startsWith(PREFIX) && name.endsWith(SUFFIX) && !name.equals(BASE)) {
                files.add(folder.resolve(name));
            }
        }
        Collections.sort(files);
        return files;
    }

    static boolean isCpu(Path file) {
        return name(file).startsWith(CPU);
    }

    /** "zen4" of libggml-cpu-zen4.so; empty for another plug-in. */
    static String cpuName(Path file) {
        String name = name(file);
        return isCpu(file) && name.endsWith(SUFFIX)
                ? name.substring(CPU.length(), name.length() - SUFFIX.length())
                : "";
    }

    private static String name(Path file) {
        return String.valueOf(file.getFileName());
    }
}
