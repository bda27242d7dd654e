package io.shearling.recipes.linalg;

import io.shearling.recipes.RecipeException;
import io.shearling.recipes.RecipeException.Kind;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.openblas.global.openblas;
import org.bytedeco.openblas.global.openblas_nolapack;

/** LAPACK of OpenBLAS, loaded when it is first needed. */
final class Lapack {
    private static boolean loaded;

    private Lapack() {}

    static synchronized void load() {
        if (loaded) {
            return;
        }
        try {
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
}
