package io.shearling.hub;

import io.shearling.hub.SourceException.Kind;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a file before it has arrived.
 *
 * @param sizeBytes its size, or -1
 * @param sha256 its checksum, or null
 */
record Expectation(long sizeBytes, @Nullable String sha256) {
    static final Expectation NOTHING = new Expectation(-1, null);

    /** Joins this with what an answer says of the file; a contradiction is refused before the first byte. */
    Expectation with(HubAnswer answer) throws SourceException {
        long size = sizeBytes;
        for (long told : new long[] {answer.linkedSizeBytes(), answer.totalBytes()}) {
            if (size >= 0 && told >= 0 && told != size) {
                throw refused("it offers " + told + " bytes, but the file has " + size + " bytes");
            }
            size = Math.max(size, told);
        }
        String told = answer.sha256();
        if (sha256 != null && told != null && !sha256.equals(told)) {
            throw refused("it offers a file with the sha256 " + told + " instead of " + sha256);
        }
        String sum = sha256 == null ? told : sha256;
        Expectation known = new Expectation(size, sum);
        if (!known.isCheckable()) {
            throw refused("it names neither a size nor a sha256 to check the file by");
        }
        if (size == 0) {
            throw refused("it offers an empty file");
        }
        return known;
    }

    /** This, and what another that does not contradict it knows besides. */
    Expectation or(Expectation other) {
        return new Expectation(Math.max(sizeBytes, other.sizeBytes), sha256 == null ? other.sha256 : sha256);
    }

    /** Whether there is anything to check the file by. */
    boolean isCheckable() {
        return sizeBytes >= 0 || sha256 != null;
    }

    private static SourceException refused(String message) {
        return new SourceException(Kind.REFUSED, message);
    }
}
