package io.shearling.recipes.linalg;

import io.shearling.recipes.RecipeException;
import io.shearling.recipes.RecipeException.Kind;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.openblas.global.openblas;
import org.bytedeco.openblas.global.openblas_nolapack;

/** LAPACK of OpenBLAS, loaded when it is first needed. */
final class Lapack {
    private static final String LOAD_LIBRARIES = "org.bytedeco.javacpp.loadLibraries";

    private static boolean loaded;

    private Lapack() {}

    static synchronized void load() {
        if (loaded) {
            return;
        }
        try {
            passOverVersions();
            Loader.load(openblas.class);
        } catch (UnsatisfiedLinkError | NoClassDefFoundError e) {
            throw new RecipeException(
                    Kind.IO,
                    "OpenBLAS",
                    "it cannot be loaded (" + e.getMessage() + ")",
                    "put org.bytedeco:openblas for this platform on the class path",
                    e);
        }
        openblas_nolapack.blas_set_num_threads(1);
        loaded = true;
    }

    /**
     * OpenBLAS is published less often than JavaCPP, which prints a warning on stderr where their versions differ, once, when the
     * class with the properties of the library is initialised, and only while it may load libraries.
     */
    private static void passOverVersions() {
        String before = System.getProperty(LOAD_LIBRARIES);
        System.setProperty(LOAD_LIBRARIES, "false");
        try {
            Class.forName(
                    org.bytedeco.openblas.presets.openblas_nolapack.class.getName(),
                    true,
                    Lapack.class.getClassLoader());
        } catch (ClassNotFoundException e) {
            throw new NoClassDefFoundError(e.getMessage());
        } finally {
            if (before == null) {
                System.clearProperty(LOAD_LIBRARIES);
            } else {
                System.setProperty(LOAD_LIBRARIES, before);
            }
        }
    }
}
