package io.shearling.jcstress;

import io.shearling.runtime.bridge.Lease;
import io.shearling.runtime.bridge.NativeHandle;
import io.shearling.runtime.error.ShearlingException;
import java.util.concurrent.atomic.AtomicInteger;

/** A handle on an object that only counts how often it is freed. */
class Handle {
    /** The lease was refused. */
    static final int REFUSED = 2;

    private final AtomicInteger frees = new AtomicInteger();
    private final NativeHandle handle = new NativeHandle(new Object(), "stressed object", frees::incrementAndGet);

    /** How often the object was freed while a lease was held, or {@link #REFUSED}. */
    final int use() {
        try (Lease lease = handle.lease()) {
            return frees.get();
        } catch (ShearlingException closed) {
            return REFUSED;
        }
    }

    final void close() {
        handle.close();
    }

    final int frees() {
        return frees.get();
    }
}
