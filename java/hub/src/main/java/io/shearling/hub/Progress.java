package io.shearling.hub;

/** The sender's side of a {@link ProgressListener}: counts the bytes of a step and keeps the calls few. */
final class Progress {
    private static final long INTERVAL_NANOS = 100_000_000;

    private final ProgressListener listener;
    private String step = "";
    private long bytesDone;
    private long bytesTotal = -1;
    private long lastNanos;

    Progress(ProgressListener listener) {
        this.listener = listener;
    }

    /** Starts a step; a total of -1 is not known. */
    void start(String newStep, long newBytesDone, long newBytesTotal) {
        step = newStep;
        bytesDone = newBytesDone;
        bytesTotal = newBytesTotal;
        send();
    }

    void add(long bytes) {
        at(bytesDone + bytes);
    }

    void at(long newBytesDone) {
        bytesDone = newBytesDone;
        if (System.nanoTime() - lastNanos >= INTERVAL_NANOS) {
            send();
        }
    }

    /** Ends a step: the last call shows the exact number of bytes. */
    void end() {
        send();
    }

    private void send() {
        lastNanos = System.nanoTime();
        listener.progress(step, bytesDone, bytesTotal);
    }
}
