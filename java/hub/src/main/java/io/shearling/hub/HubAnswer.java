package io.shearling.hub;

import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpHeaders;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The answer at the end of a chain of redirects. Owns its body.
 *
 * @param status the HTTP status
 * @param headers the headers of the last hop
 * @param identity the name that the hub itself gives the content (its linked ETag, else its ETag), or null
 * @param linkedSizeBytes the size that the hub itself names, or -1
 * @param body the body; closing it early ends the connection
 */
record HubAnswer(int status, HttpHeaders headers, @Nullable String identity, long linkedSizeBytes, InputStream body)
        implements AutoCloseable {
    private static final Pattern CONTENT_RANGE = Pattern.compile("bytes (\\d{1,18})-(\\d{1,18})/(\\d{1,18}|\\*)");
    private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");

    /** The checksum that the hub names; null if its identity is of another kind. */
    @Nullable
    String sha256() {
        return identity != null && SHA256.matcher(identity).matches() ? identity : null;
    }

    /** The length of the body, or -1. */
    long bodyBytes() {
        return headers.firstValueAsLong("Content-Length").orElse(-1);
    }

    /** The offset of a partial answer; -1 if the header is missing or malformed. */
    long rangeStart() {
        Matcher range = range();
        return range.matches() ? Long.parseLong(range.group(1)) : -1;
    }

    /** The size of the whole file as this answer tells it, or -1. */
    long totalBytes() {
        Matcher range = range();
        if (status == 206) {
            return range.matches() && !range.group(3).equals("*") ? Long.parseLong(range.group(3)) : -1;
        }
        return bodyBytes();
    }

    private Matcher range() {
        return CONTENT_RANGE.matcher(headers.firstValue("Content-Range").orElse(""));
    }

    @Override
    public void close() throws IOException {
        body.close();
    }
}
