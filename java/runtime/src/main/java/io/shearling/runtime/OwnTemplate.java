package io.shearling.runtime;

import io.shearling.runtime.bridge.NativeModel;
import io.shearling.runtime.bridge.NativeTemplate;
import io.shearling.runtime.error.ErrorCode;
import io.shearling.runtime.error.ShearlingException;
import org.jspecify.annotations.Nullable;

/** A model's own chat template: parsed when first asked for, gone with the weights. Thread-safe. */
final class OwnTemplate {
    private final NativeModel weights;
    private final String model;
    private final String fault;
    private @Nullable ChatTemplate template;

    /** The fault is what is known to be wrong with the template, or empty. */
    OwnTemplate(NativeModel weights, String model, String fault) {
        this.weights = weights;
        this.model = model;
        this.fault = fault;
    }

    /** The template; who calls holds a lease on the weights. */
    synchronized ChatTemplate get() {
        if (!fault.isEmpty()) {
            throw new ShearlingException(ErrorCode.BAD_TEMPLATE, unusable(fault));
        }
        if (template == null) {
            template = open();
        }
        return template;
    }

    private ChatTemplate open() {
        try {
            return ChatTemplate.ofModel(weights);
        } catch (ShearlingException e) {
            if (e.code() == ErrorCode.BAD_TEMPLATE) {
                throw new ShearlingException(ErrorCode.BAD_TEMPLATE, unusable(cause(e)), e);
            }
            throw e;
        }
    }

    private static String cause(ShearlingException failure) {
        return String.valueOf(failure.getMessage()).replaceFirst("^" + NativeTemplate.UNUSABLE + ": ", "");
    }

    private String unusable(String cause) {
        return "the chat template of " + model + " cannot be used: " + cause + "; continue raw text instead";
    }

    /** Frees the template, if there is one, and the weights. */
    synchronized void freeAll() {
        if (template != null) {
            template.free();
        }
        weights.free();
    }
}
