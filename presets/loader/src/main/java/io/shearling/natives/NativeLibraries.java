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
            Path base = SharedLibraries.require(folders, "jnijavacpp");
            JavaCppLibraries.load(binding, library, base, SharedLibraries.require(folders, library));
            BOUND.add(library);
        } catch (NativeLoadException e) {
            UnsatisfiedLinkError error = new UnsatisfiedLinkError(e.getMessage());
            error.initCause(e);
            throw error;
        }
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
            NativeState.Loaded loaded = loadNow(HostPlatform.name());
            state = loaded;
            return loaded;
        } catch (NativeLoadException e) {
            state = new NativeState.Refused(HostPlatform.name(), e.reason(), e.getMessage());
            throw e;
        } finally {
            LOCK.unlock();
        }
    }

    private static NativeState.Loaded loadNow(String platform) {
        JavaCppLibraries.configure(CachePlaces.cache());
        List<String> passedOver = new ArrayList<>();
        List<Path> folders = namedFolders();
        List<Path> libraries;
        if (folders.isEmpty()) {
            NativeFolder unpacked = unpack(new BundledFiles(bundles(platform)), passedOver);
            folders = List.of(unpacked.path());
            libraries = loadUnpacked(unpacked);
        } else {
            libraries = SharedLibraries.load(folders);
        }
        Path core = libraries.get(libraries.size() - 1);
        return new NativeState.Loaded(
                platform, folders, Objects.requireNonNull(core.getParent()), libraries, passedOver);
    }

    /** What cannot be loaded may have been damaged after it was unpacked, which its size does not tell. */
    private static List<Path> loadUnpacked(NativeFolder unpacked) {
        try {
            return SharedLibraries.load(List.of(unpacked.path()));
        } catch (NativeLoadException e) {
            if (!unpacked.restore()) {
                throw e;
            }
            Log.warn("natives in " + unpacked.path() + " were damaged and have been unpacked again");
            return SharedLibraries.load(List.of(unpacked.path()));
        }
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

    private static NativeFolder unpack(BundledFiles bundled, List<String> passedOver) {
        try {
            NativeFolder folder = new NativeFolder(CachePlaces.inCache(), bundled);
            folder.prepare();
            return folder;
        } catch (IOException e) {
            passOver(CachePlaces.cache(), e, passedOver);
        }
        try {
            NativeFolder folder = new NativeFolder(CachePlaces.inTemporary(), bundled);
            folder.prepare();
            return folder;
        } catch (IOException e) {
            passOver(Path.of(System.getProperty("java.io.tmpdir", ".")), e, passedOver);
        }
        throw new NativeLoadException(
                Reason.NO_FOLDER,
                "There is no folder for natives (" + String.join("; ", passedOver)
                        + "): name one that can be written to and executed from in SHEARLING_CACHE or"
                        + " -Dshearling.cache.",
                null);
    }

    private static void passOver(Path place, IOException cause, List<String> passedOver) {
        String sentence = "natives cannot be unpacked below " + place + ": " + cause;
        Log.warn(sentence);
        passedOver.add(sentence);
    }
}
