package io.shearling.natives;

import java.nio.file.Path;

/**
 * A folder that was looked at for natives. Immutable.
 *
 * @param folder where, absolute
 * @param origin what named it, for example {@code -Dshearling.cache} or {@code java.io.tmpdir}
 * @param fault why it would not do, in a few words; empty for the one that was taken
 */
public record NativePlace(Path folder, String origin, String fault) {

    /** The same place, passed over. */
    NativePlace passedOver(String why) {
        return new NativePlace(folder, origin, why);
    }

    /** Whether the natives are taken from here. */
    public boolean taken() {
        return fault.isEmpty();
    }
}
