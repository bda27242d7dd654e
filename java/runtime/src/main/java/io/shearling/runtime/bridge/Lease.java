package io.shearling.runtime.bridge;

/** The right to use a native object until closed; the object is not freed before. Close it exactly once. */
public final class Lease implements AutoCloseable {
    private final NativeHandle.State state;

    Lease(NativeHandle.State state) {
        this.state = state;
    }

    @Override
    public void close() {
        state.release();
    }
}
