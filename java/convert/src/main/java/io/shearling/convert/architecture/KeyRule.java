package io.shearling.convert.architecture;

import io.shearling.convert.checkpoint.ModelConfig;

/** Puts keys that follow from a configuration. */
@FunctionalInterface
public interface KeyRule {
    /** Puts them. */
    void put(ModelConfig config, Keys keys);

    /** An integer under the first of these names, left out where there is none. */
    static KeyRule u32(String key, String... names) {
        return (config, keys) -> config.integer(names).ifPresent(value -> keys.u32(key, value));
    }

    /** A number under the first of these names, left out where there is none. */
    static KeyRule f32(String key, String... names) {
        return (config, keys) -> config.number(names).ifPresent(value -> keys.f32(key, value));
    }
}
