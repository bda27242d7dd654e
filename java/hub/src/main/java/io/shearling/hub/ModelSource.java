package io.shearling.hub;

import java.io.IOException;

/**
 * A way to get the bytes of one model file. It serves one fetch, on one thread, under the lock of the model.
 *
 * <p>A source fills the part file and reports what it learnt; it neither checks the sum nor puts the file in place.
 */
sealed interface ModelSource permits HubSource, PackageSource {
    /** The source in words, for messages. */
    String label();

    /**
     * Fills the part file.
     *
     * @param part may hold bytes of an earlier, unfinished fetch, which a source may keep
     * @param expected what is known already
     * @return what is known now
     * @throws SourceException if this source does not give the file
     * @throws IOException if the disk of the cache fails
     */
    Expectation fetch(DownloadFile part, Expectation expected, Progress progress)
            throws SourceException, IOException, InterruptedException;
}
