package io.shearling.natives;

import io.shearling.natives.NativeLoadException.Reason;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** The files of all bundles together, each name once, and the name of the folder that holds exactly these. */
final class BundledFiles {
    private static final int ID_DIGITS = 16;

    private final Map<String, Entry> entries = new TreeMap<>();

    /** One file and the bundle that has it. */
    record Entry(NativeFile file, NativeBundle bundle) {
        String name() {
            return file.name();
        }

        InputStream open() throws IOException {
            return bundle.open(file.name());
        }
    }

    /** Throws {@link NativeLoadException} when two bundles bring different files of one name. */
    BundledFiles(List<NativeBundle> bundles) {
        for (NativeBundle bundle : bundles) {
            for (NativeFile file : bundle.files()) {
                Entry known = entries.putIfAbsent(file.name(), new Entry(file, bundle));
                if (known != null && !known.file().equals(file)) {
                    throw new NativeLoadException(
                            Reason.CONFLICTING_BUNDLES,
                            file.name() + " is there twice with different contents, in "
                                    + known.bundle().getClass().getName() + " and "
                                    + bundle.getClass().getName() + ": keep one version of the jars with natives.",
                            null);
                }
            }
        }
    }

    /** The files, sorted by name. */
    List<Entry> entries() {
        return List.copyOf(entries.values());
    }

    /** The index of all files, sorted by name. */
    String index() {
        return entries.values().stream()
                .map(entry -> entry.file().toLine())
                .collect(Collectors.joining("\n", "", "\n"));
    }

    /** A name for these contents: the same files have the same name everywhere. */
    String id() {
        return Sha256.of(index().getBytes(StandardCharsets.UTF_8)).substring(0, ID_DIGITS);
    }
}
