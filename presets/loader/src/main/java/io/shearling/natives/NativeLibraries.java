package io.shearling.natives;

import io.shearling.natives.NativeLoadException.Reason;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The native libraries of this JVM: llama.cpp, ggml, Shearling's core and the glue between them and Java.
 *
 * <p>They come from the {@link NativeBundle}s for this platform and are unpacked, the first time, into
 * {@code CACHE/natives/ID}, where {@code ID} is a hash of the contents. {@code CACHE} is the system property
 * {@code shearling.cache}, else the environment variable {@code SHEARLING_CACHE}, else {@code XDG_CACHE_HOME/shearling},
 * else {@code ~/.cache/shearling} or what takes its place on the operating system. When nothing can be written or
 * executed there, a folder of the user's own below {@code java.io.tmpdir} is taken, with a warning in the log. The system
 * property {@code shearling.natives} names one or more folders (separated as in a class path) that are used as they
 * are instead: a developer's build tree.
 *
 * <p>Loading happens once for each JVM. It sets {@code org.bytedeco.javacpp.maxBytes} and
 * {@code org.bytedeco.javacpp.maxPhysicalBytes} to 0 unless they are set: JavaCPP would count mapped weights against
 * the Java heap. That works only when no class of JavaCPP was used before, so call {@link #load()} first. Where
 * {@code ~/.javacpp/cache} does not exist, {@code org.bytedeco.javacpp.cachedir} is set too, so that JavaCPP
 * creates no folder in the user's home. Nothing is written to stdout.
 *
 * <p>Thread-safe.
 */
public final class NativeLibraries {
    private static final ReentrantLock LOCK = new ReentrantLock();
    /** Names of the glue that is loaded. */
    private static final Set<String> BOUND = ConcurrentHashMap.newKeySet();

    private static volatile NativeState state = new NativeState.Unloaded();
    /** Where the files of the bundles lie; null when the user's own folders are taken. */
    private static volatile @Nullable NativeFolder unpacked;

    private NativeLibraries() {}

    /**
     * Loads the shared libraries, or does nothing when that has happened. Blocks while files are unpacked: about
     * a second the first time, a few milliseconds afterwards.
     *
     * @throws NativeLoadException when they cannot be loaded, at every call
     */
    public static void load() {
        loaded();
    }

    /**
     * The folder that holds the libraries and the plug-ins of ggml ({@code libggml-cpu-*}), absolute. Loads the
     * libraries if that has not happened.
     *
     * @throws NativeLoadException when they cannot be loaded
     */
    public static Path directory() {
        return loaded().directory();
    }

    /**
     * Compares every unpacked file with its hash, which reads them all, about 0.1 s.
     *
     * @return the names of files that were changed since; empty as well when {@code shearling.natives} names the folders
     * @throws IOException when a file cannot be read
     */
    public static List<String> damaged() throws IOException {
        NativeFolder folder = unpacked;
        return folder == null ? List.of() : folder.damaged();
    }

    /** What has become of the libraries so far. Loads nothing. */
    public static NativeState state() {
        return state;
    }

    /**
     * Loads the glue of a binding made by JavaCPP; for the static initialisers of its classes. Does nothing while
     * JavaCPP's build tools run ({@code org.bytedeco.javacpp.loadLibraries=false}).
     *
     * <p>Quick when the glue is loaded already, so that every generated class may call it.
     *
     * @param binding the presets class: it tells the class loader
     * @param library the glue's name without prefix and suffix, as in the binding's annotation
     * @throws UnsatisfiedLinkError when something cannot be loaded; its cause is the {@link NativeLoadException}. A
     *     static initialiser may throw an Error as it is, whereas an exception would be wrapped.
     */
    public static void loadBinding(Class<?> binding, String library) {
        if (BOUND.contains(library) || JavaCppLibraries.isSwitchedOff()) {
            return;
        }
        try {
            List<Path> folders = loaded().folders();
            try {
                bind(binding, library, folders);
            } catch (NativeLoadException e) {
                restoreAfter(e);
                bind(binding, library, folders);
            }
            BOUND.add(library);
        } catch (NativeLoadException e) {
            UnsatisfiedLinkError error = new UnsatisfiedLinkError(e.getMessage());
            error.initCause(e);
            throw error;
        }
    }

    private static void bind(Class<?> binding, String library, List<Path> folders) {
        Path base = SharedLibraries.require(folders, "jnijavacpp");
        JavaCppLibraries.load(binding, library, base, SharedLibraries.require(folders, library));
    }

    private static NativeState.Loaded loaded() {
        if (state instanceof NativeState.Loaded loaded) {
            return loaded;
        }
        LOCK.lock();
        try {
            if (state instanceof NativeState.Loaded loaded) {
                return loaded;
            }
            if (state instanceof NativeState.Refused refused) {
                throw new NativeLoadException(refused.reason(), refused.message(), null);
            }
            return loadAndSay(HostPlatform.name());
        } finally {
            LOCK.unlock();
        }
    }

    private static NativeState.Loaded loadAndSay(String platform) {
        List<NativePlace> places = new ArrayList<>();
        try {
            NativeState.Loaded loaded = loadNow(platform, places);
            state = loaded;
            return loaded;
        } catch (NativeLoadException e) {
            state = new NativeState.Refused(platform, e.reason(), e.getMessage(), places);
            throw e;
        }
    }

    private static NativeState.Loaded loadNow(String platform, List<NativePlace> places) {
        List<Path> folders = namedFolders();
        if (folders.isEmpty()) {
            NativeFolder folder = unpack(new BundledFiles(bundles(platform)), places);
            unpacked = folder;
            Path cache = Objects.requireNonNull(
                    places.get(places.size() - 1).folder().getParent());
            JavaCppLibraries.configure(cache);
            folders = List.of(folder.path());
        } else {
            for (Path folder : folders) {
                places.add(new NativePlace(folder, "-Dshearling.natives", ""));
            }
            JavaCppLibraries.configure(CachePlaces.cache().folder());
        }
        List<Path> libraries = loadShared(folders);
        Path core = libraries.get(libraries.size() - 1);
        return new NativeState.Loaded(platform, folders, Objects.requireNonNull(core.getParent()), libraries, places);
    }

    private static List<Path> loadShared(List<Path> folders) {
        try {
            return SharedLibraries.load(folders);
        } catch (NativeLoadException e) {
            restoreAfter(e);
            return SharedLibraries.load(folders);
        }
    }

    /**
     * What cannot be loaded may have been damaged after it was unpacked, which neither its size nor its time tells.
     *
     * @throws NativeLoadException the failure, when nothing was damaged or it cannot be mended
     */
    private static void restoreAfter(NativeLoadException failure) {
        NativeFolder folder = unpacked;
        if (folder == null || !folder.restore()) {
            throw failure;
        }
        Log.warn("natives in " + folder.path() + " were damaged and have been unpacked again");
    }

    private static List<Path> namedFolders() {
        List<Path> folders = new ArrayList<>();
        for (String folder : System.getProperty("shearling.natives", "").split(File.pathSeparator, -1)) {
            if (!folder.isBlank()) {
                folders.add(Path.of(folder).toAbsolutePath());
            }
        }
        return folders;
    }

    /** Every bundle for the platform; on the module path the layer of this module tells, else its class loader. */
    private static List<NativeBundle> bundles(String platform) {
        ModuleLayer layer = NativeLibraries.class.getModule().getLayer();
        ServiceLoader<NativeBundle> found = layer != null
                ? ServiceLoader.load(layer, NativeBundle.class)
                : ServiceLoader.load(NativeBundle.class, NativeLibraries.class.getClassLoader());
        List<NativeBundle> mine = new ArrayList<>();
        List<String> others = new ArrayList<>();
        for (NativeBundle bundle : found) {
            if (bundle.platform().equals(platform)) {
                mine.add(bundle);
            } else {
                others.add(bundle.platform());
            }
        }
        if (mine.isEmpty()) {
            throw new NativeLoadException(
                    Reason.NO_BUNDLE,
                    "There are no natives for " + platform + " among the jars here (there are natives for: " + others
                            + "): add io.shearling:shearling-platform, or build Shearling on this platform.",
                    null);
        }
        return mine;
    }

    private static NativeFolder unpack(BundledFiles bundled, List<NativePlace> places) {
        NativePlace cache = CachePlaces.inCache();
        try {
            if (cache.taken()) {
                return unpack(bundled, cache, places);
            }
            places.add(cache);
        } catch (IOException e) {
            places.add(cache.passedOver(IoCause.of(e)));
        }
        try {
            NativeFolder folder = unpack(bundled, CachePlaces.inTemporary(), places);
            Log.warn(
                    "natives are taken from " + folder.path() + ", because " + words(places.get(0))
                            + "; name a folder that can be written to and executed from in SHEARLING_CACHE or -Dshearling.cache");
            return folder;
        } catch (IOException e) {
            places.add(new NativePlace(CachePlaces.temporary(), "java.io.tmpdir", IoCause.of(e)));
        }
        throw new NativeLoadException(
                Reason.NO_FOLDER,
                "There is no folder for natives, because " + words(places.get(0)) + " and " + words(places.get(1))
                        + ": name one that can be written to and executed from in SHEARLING_CACHE or"
                        + " -Dshearling.cache.",
                null);
    }

    private static NativeFolder unpack(BundledFiles bundled, NativePlace place, List<NativePlace> places)
            throws IOException {
        NativeFolder folder = new NativeFolder(place.folder(), bundled);
        folder.prepare();
        places.add(place);
        return folder;
    }

    private static String words(NativePlace place) {
        return place.folder() + " will not do (" + place.fault() + ")";
    }
}
