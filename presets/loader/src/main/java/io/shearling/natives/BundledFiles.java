package io.shearling.natives;

import io.shearling.natives.NativeLoadException.Reason;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The files of all bundles together, each name once, and the name of the folder that holds exactly these. */
final class BundledFiles {
    private static final long FNV_OFFSET = 0xcbf29ce484222325L;
    private static final long FNV_PRIME = 0x100000001b3L;

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
        StringBuilder index = new StringBuilder();
        for (Entry entry : entries.values()) {
            index.append(entry.file().toLine()).append('\n');
        }
        return index.toString();
    }

    /**
     * A name for these contents: the same files have the same name everywhere. It is FNV-1a with 64 bits over the index,
     * which has the SHA-256 of every file: a cryptographic hash of the hashes would add nothing but its start-up time.
     */
    String id() {
        long hash = FNV_OFFSET;
        for (byte b : index().getBytes(StandardCharsets.UTF_8)) {
            hash = (hash ^ (b & 0xff)) * FNV_PRIME;
        }
        return HexFormat.of().toHexDigits(hash);
    }
}
