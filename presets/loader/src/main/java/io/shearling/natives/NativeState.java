package io.shearling.natives;

import java.nio.file.Path;
import java.util.List;

/** What has become of the native libraries in this JVM. Immutable. */
public sealed interface NativeState {

    /** Nobody has asked for native code yet. */
    record Unloaded() implements NativeState {}

    /**
     * The libraries are loaded.
     *
     * @param platform this machine's platform, for example {@code linux-x86_64}
     * @param folders where libraries are looked for: one folder, unless {@code shearling.natives} names several
     * @param directory the folder with the core and, beside it, the plug-ins of ggml
     * @param libraries the shared libraries in the order in which they were loaded, absolute
     * @param places every place that was looked at, in this order; the last is the one that was taken
     */
    record Loaded(String platform, List<Path> folders, Path directory, List<Path> libraries, List<NativePlace> places)
            implements NativeState {

        /** Copies the lists. */
        public Loaded {
            folders = List.copyOf(folders);
            libraries = List.copyOf(libraries);
            places = List.copyOf(places);
        }
    }

    /**
     * The libraries cannot be loaded in this JVM; it stays so until it ends.
     *
     * @param platform this machine's platform
     * @param reason why
     * @param message one sentence: the file, the cause, the remedy
     * @param places every place that was looked at before, in this order
     */
    record Refused(String platform, NativeLoadException.Reason reason, String message, List<NativePlace> places)
            implements NativeState {

        /** Copies the list. */
        public Refused {
            places = List.copyOf(places);
        }
    }
}
