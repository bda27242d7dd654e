package io.shearling.runtime.bridge;

import io.shearling.runtime.Model;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The way from a model to its native part for the packages of this module. The model itself gives it, so that nobody outside
 * can take it. Thread-safe.
 */
public abstract class ModelAccess {
    private static volatile @Nullable ModelAccess given;

    /** For {@link Model}. */
    protected ModelAccess() {}

    /** Called once, when the class of models is initialized: who has a model has this too. */
    public static void give(ModelAccess access) {
        given = access;
    }

    public static ModelAccess get() {
        return Objects.requireNonNull(given, "no model has been loaded");
    }

    /** Keeps the model's weights until it is closed. */
    public abstract Lease lease(Model model);

    public abstract NativeModel weights(Model model);

    /** Refuses to go on over a file that was changed in place. */
    public abstract void requireUnchanged(Model model);
}
