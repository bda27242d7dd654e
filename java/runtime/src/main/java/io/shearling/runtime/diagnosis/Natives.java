package io.shearling.runtime.diagnosis;

import io.shearling.natives.NativeLibraries;
import io.shearling.natives.NativePlace;
import io.shearling.natives.NativeState;
import io.shearling.runtime.bridge.Backends;
import io.shearling.runtime.error.ShearlingException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * The native libraries. Immutable.
 *
 * @param places folders that were looked at, in this order
 * @param directory the folder with the libraries; its name is a hash of what is in it, unless the user named the folder
 * @param llamaVersion the version of the llama.cpp inside; empty where they do not load
 * @param checked whether every file was compared with its hash
 * @param fault why they cannot be used, and the remedy; empty when they can
 */
public record Natives(
        List<Place> places, Optional<Path> directory, Optional<String> llamaVersion, boolean checked, String fault) {

    /** Copies the list. */
    public Natives {
        places = List.copyOf(places);
    }

    /**
     * A folder that was looked at.
     *
     * @param folder where
     * @param origin what named it, for example {@code SHEARLING_CACHE}
     * @param fault why it would not do; empty for the one that was taken
     */
    public record Place(Path folder, String origin, String fault) {
        private Place(NativePlace place) {
            this(place.folder(), place.origin(), place.fault());
        }
    }

    /** Loads the libraries, if that has not happened, and compares their files with their hashes. */
    static Natives look() {
        String fault = "";
        Optional<String> version = Optional.empty();
        try {
            version = Optional.of(Backends.llamaVersion());
        } catch (ShearlingException e) {
            fault = String.valueOf(e.getMessage());
        }
        NativeState state = NativeLibraries.state();
        if (state instanceof NativeState.Loaded loaded) {
            boolean named = !System.getProperty("shearling.natives", "").isBlank();
            return new Natives(
                    places(loaded.places()),
                    Optional.of(loaded.directory()),
                    version,
                    !named,
                    fault.isEmpty() ? damage(loaded.directory()) : fault);
        }
        List<NativePlace> places = state instanceof NativeState.Refused refused ? refused.places() : List.of();
        return new Natives(places(places), Optional.empty(), version, false, fault);
    }

    private static List<Place> places(List<NativePlace> places) {
        return places.stream().map(Place::new).toList();
    }

    private static String damage(Path directory) {
        try {
            List<String> damaged = NativeLibraries.damaged();
            return damaged.isEmpty()
                    ? ""
                    : "in " + directory + " are no longer as they were unpacked: " + String.join(", ", damaged)
                            + "; delete the folder, and it is unpacked again";
        } catch (IOException e) {
            return directory + " cannot be read (" + e.getMessage() + "): delete it, and it is unpacked again";
        }
    }
}
