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
     * @param passedOver one sentence for each place that was tried before and why it would not do
     */
    record Loaded(String platform, List<Path> folders, Path directory, List<Path> libraries, List<String> passedOver)
            implements NativeState {

        /** Copies the lists. */
        public Loaded {
            folders = List.copyOf(folders);
            libraries = List.copyOf(libraries);
            passedOver = List.copyOf(passedOver);
        }
    }

    /**
     * The libraries cannot be loaded in this JVM; it stays so until it ends.
     *
     * @param platform this machine's platform
     * @param reason why
     * @param message one sentence: the file, the cause, the remedy
     */
    record Refused(String platform, NativeLoadException.Reason reason, String message) implements NativeState {}
}
