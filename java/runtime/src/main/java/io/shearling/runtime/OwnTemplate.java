package io.shearling.runtime;

import io.shearling.runtime.bridge.NativeModel;
import org.jspecify.annotations.Nullable;

/** A model's own chat template: parsed when first asked for, gone with the weights. Thread-safe. */
final class OwnTemplate {
    private final NativeModel weights;
    private @Nullable ChatTemplate template;

    OwnTemplate(NativeModel weights) {
        this.weights = weights;
    }

    /** The template; who calls holds a lease on the weights. */
    synchronized ChatTemplate get() {
        if (template == null) {
            template = ChatTemplate.open(weights, null);
        }
        return template;
    }

    /** Frees the template, if there is one, and the weights. */
    synchronized void freeAll() {
        if (template != null) {
            template.close();
        }
        weights.free();
    }
}
