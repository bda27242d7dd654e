package io.shearling.hub;

import java.util.List;

/**
 * A first answer that brings bytes of the wanted file. Owns its body until the transfer takes it over.
 *
 * @param resumed whether it goes on with what arrived in an earlier call
 * @param known what is known of the file now
 * @param version the name of this content, as {@link HubAnswer#version()}
 * @param missing what is missing, in order; the body begins with the first byte of it
 * @param answer the answer
 */
record HubOffer(boolean resumed, Expectation known, String version, List<ByteRange> missing, HubAnswer answer) {
    /** Whether two answers of this hub can be told to be of one content; if not, one has to bring the whole file. */
    boolean isNamed() {
        return isNamed(version, known);
    }

    static boolean isNamed(String version, Expectation known) {
        return !version.isEmpty() || known.sha256() != null;
    }
}
