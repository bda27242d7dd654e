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
 * @param linked the name that the hub gives a content that lies elsewhere (its linked ETag), or null
 * @param identity the name that the hub itself gives the content (its linked ETag, else its ETag), or null
 * @param linkedSizeBytes the size that the hub itself names, or -1
 * @param body the body; closing it early ends the connection
 */
record HubAnswer(
        int status,
        HttpHeaders headers,
        @Nullable String linked,
        @Nullable String identity,
        long linkedSizeBytes,
        InputStream body)
        implements AutoCloseable {
    private static final Pattern CONTENT_RANGE = Pattern.compile("bytes (\\d{1,18})-(\\d{1,18})/(\\d{1,18}|\\*)");
    private static final Pattern NUMBER = Pattern.compile("\\d{1,18}");
    private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");

    /** The checksum that the hub names; null if its identity is of another kind. */
    @Nullable
    String sha256() {
        return identity != null && SHA256.matcher(identity).matches() ? identity : null;
    }

    /**
     * A name that changes with the content: the linked ETag of the hub, else the last hop's own ETag with its quotes, which
     * alone may be sent back in an {@code If-Range}; empty if neither is told.
     */
    String version() {
        return linked != null ? linked : headers.firstValue("ETag").orElse("").strip();
    }

    /** Whether a version may stand in a header as it is, in ASCII without control characters. */
    static boolean isPrintable(String version) {
        return version.chars().allMatch(c -> c >= ' ' && c <= '~');
    }

    /** The encoding of the body when it is not the file's own bytes, else empty. */
    String encoding() {
        String encoding = headers.firstValue("Content-Encoding").orElse("").strip();
        return encoding.equalsIgnoreCase("identity") ? "" : encoding;
    }

    /** Whether the server says that it gives no parts of this file. */
    boolean refusesRanges() {
        return headers.firstValue("Accept-Ranges").orElse("").strip().equalsIgnoreCase("none");
    }

    /** The bytes of the file that the body holds; null if a partial answer does not tell. */
    @Nullable
    ByteRange range() {
        if (status != 206) {
            return ByteRange.ofFile(bodyBytes());
        }
        Matcher range = contentRange();
        if (!range.matches()) {
            return null;
        }
        long from = Long.parseLong(range.group(1));
        long to = Long.parseLong(range.group(2)) + 1;
        return from < to ? new ByteRange(from, to) : null;
    }

    /** The size of the whole file as this answer tells it, or -1. */
    long totalBytes() {
        if (status != 206) {
            return bodyBytes();
        }
        Matcher range = contentRange();
        return range.matches() && !range.group(3).equals("*") ? Long.parseLong(range.group(3)) : -1;
    }

    private long bodyBytes() {
        return number(headers, "Content-Length");
    }

    /** The number that a header holds; -1 if it is not there, or no number of bytes. */
    static long number(HttpHeaders headers, String name) {
        String value = headers.firstValue(name).orElse("").strip();
        return NUMBER.matcher(value).matches() ? Long.parseLong(value) : -1;
    }

    private Matcher contentRange() {
        return CONTENT_RANGE.matcher(headers.firstValue("Content-Range").orElse(""));
    }

    @Override
    public void close() throws IOException {
        body.close();
    }
}
