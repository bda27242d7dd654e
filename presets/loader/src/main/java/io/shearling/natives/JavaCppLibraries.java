package io.shearling.natives;

import io.shearling.natives.NativeLoadException.Reason;
import java.net.MalformedURLException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Objects;
import org.bytedeco.javacpp.Loader;
import org.jspecify.annotations.Nullable;

/**
 * Makes JavaCPP take its native libraries from our folder.
 *
 * <p>Left alone, JavaCPP copies libraries out of jars into {@code ~/.javacpp} and looks for them along the library
 * path. It also remembers by name what it has loaded, and a generated class that asks for a library with a known name
 * gets that. So each library goes through {@link Loader#loadLibrary(Class, URL[], String, String...)} with the one
 * file that it may come from, before the first generated class asks; the {@code #} behind the name tells JavaCPP to
 * search nowhere else. That method also calls {@code System.load} from JavaCPP's own class and tells the glue in which
 * class loader to find the generated classes: a native method is linked only by a library of its own class loader.
 */
final class JavaCppLibraries {
    private static final String PREFIX = "org.bytedeco.javacpp.";
    /** JavaCPP's own natives: memory, strings, buffers. */
    private static final String BASE = "jnijavacpp";

    private JavaCppLibraries() {}

    /** True while JavaCPP's build tools run, which look at the bindings but must not load them. */
    static boolean isSwitchedOff() {
        String value =
                System.getProperty(PREFIX + "loadLibraries", System.getProperty(PREFIX + "loadlibraries", "true"));
        return !value.isEmpty() && !value.equalsIgnoreCase("true") && !value.equalsIgnoreCase("t");
    }

    /**
     * Sets what JavaCPP reads when its classes are initialised, unless the user has set it.
     *
     * <p>By default JavaCPP compares the memory of the whole process with four times the heap's limit, counts mapped
     * weights, and throws OutOfMemoryError. And even an idle JavaCPP creates its cache folder in the user's home:
     * where there is none yet, it shall lie in ours.
     */
    static void configure(Path cache) {
        setUnlessSet("maxBytes", "0");
        setUnlessSet("maxPhysicalBytes", "0");
        if (!Files.isDirectory(Path.of(System.getProperty("user.home", "."), ".javacpp", "cache"))) {
            setUnlessSet("cachedir", cache.resolve("javacpp").toString());
        }
    }

    private static void setUnlessSet(String name, String value) {
        String other = name.equals("cachedir") ? "cacheDir" : name.toLowerCase(Locale.ROOT);
        if (System.getProperty(PREFIX + name) == null && System.getProperty(PREFIX + other) == null) {
            System.setProperty(PREFIX + name, value);
        }
    }

    /**
     * Loads the glue of a binding.
     *
     * @param binding a class of the binding
     * @param library the name of the glue, without prefix and suffix
     * @param base the file with JavaCPP's own natives
     * @param glue the file with the glue
     */
    static void load(Class<?> binding, String library, Path base, Path glue) {
        requireOneClassLoader(binding, glue);
        initializePointer(glue);
        if (!Loader.getLoadedLibraries().containsKey(BASE)) {
            load(Loader.class, BASE, base);
        }
        load(binding, library, glue);
    }

    private static void load(Class<?> owner, String library, Path file) {
        try {
            Loader.loadLibrary(owner, new URL[] {file.toUri().toURL()}, library + "#");
        } catch (UnsatisfiedLinkError | IllegalCallerException | MalformedURLException e) {
            throw LinkFailure.explain(file, e);
        }
        @Nullable String loaded = Loader.getLoadedLibraries().get(library);
        if (loaded == null) {
            throw LinkFailure.explain(file, systemsWords(file));
        }
    }

    /** JavaCPP may keep to itself why a file was not loaded; the system says it again. */
    private static UnsatisfiedLinkError systemsWords(Path file) {
        try {
            System.load(file.toString());
            return new UnsatisfiedLinkError("JavaCPP did not load it");
        } catch (UnsatisfiedLinkError e) {
            return e;
        }
    }

    /**
     * The glue's first act needs the class Pointer, while JavaCPP holds its loader's monitor; Pointer's initialiser
     * wants that monitor. Two threads that came from either side would wait for each other.
     */
    private static void initializePointer(Path glue) {
        try {
            Class.forName("org.bytedeco.javacpp.Pointer", true, Loader.class.getClassLoader());
        } catch (ClassNotFoundException e) {
            throw LinkFailure.explain(glue, e);
        }
    }

    private static void requireOneClassLoader(Class<?> binding, Path glue) {
        boolean apart = !Objects.equals(binding.getClassLoader(), Loader.class.getClassLoader());
        if (apart && !Object.class.getModule().isOpen("java.lang", Loader.class.getModule())) {
            throw new NativeLoadException(
                    Reason.OTHER_CLASS_LOADER,
                    glue + " cannot be loaded because JavaCPP and " + binding.getName()
                            + " have different class loaders: put both jars into one place, or start Java with"
                            + " --add-opens java.base/java.lang=ALL-UNNAMED.",
                    null);
        }
    }
}
