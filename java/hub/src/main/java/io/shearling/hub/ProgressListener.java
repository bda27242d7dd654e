package io.shearling.hub;

/**
 * A receiver of the progress of a download.
 *
 * <p>It is called on the thread that called {@link ModelHub}, at the start and the end of each step and about ten
 * times a second between. An exception that it throws ends the download and reaches the caller; what has arrived is
 * kept for the next call.
 *
 * @since 0.1
 */
@FunctionalInterface
public interface ProgressListener {
    /**
     * Tells how far a step has come.
     *
     * @param step the step in words, for example {@code fetching SmolLM2-135M-Instruct.Q4_1.gguf from huggingface.co}
     * @param bytesDone the bytes done in this step, those of an earlier, resumed run included
     * @param bytesTotal the bytes of the whole step, or -1 when they are not known
     */
    void progress(String step, long bytesDone, long bytesTotal);

    /** A listener that ignores everything. */
    static ProgressListener none() {
        return (step, bytesDone, bytesTotal) -> {};
    }
}
