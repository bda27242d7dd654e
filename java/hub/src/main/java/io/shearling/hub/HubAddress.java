package io.shearling.hub;

import io.shearling.hub.SourceException.Kind;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.time.Instant;

/** The paths of a Hugging Face hub and the meaning of its status codes. */
final class HubAddress {
    private HubAddress() {}

    /** The path that gives the content of a file. */
    static String resolve(ModelLocation.HubFile file) {
        return "/" + encoded(file.owner()) + "/" + encoded(file.repository()) + "/resolve/" + revision(file.revision())
                + "/" + encoded(file.file());
    }

    /** The path that describes a repository, its files included. */
    static String describe(ModelReference.HubModel model) {
        return "/api/models/" + encoded(model.owner()) + "/" + encoded(model.repository()) + "/revision/"
                + revision(model.revision());
    }

    private static String revision(String revision) {
        return encoded(revision).replace("/", "%2F");
    }

    private static String encoded(String path) {
        try {
            return new URI(null, null, "/" + path, null).toASCIIString().substring(1);
        } catch (URISyntaxException e) {
            throw new HubException(
                    HubException.Reason.BAD_REFERENCE,
                    "The name " + path + " cannot be part of an address: give the name that the hub shows.",
                    e);
        }
    }

    /** Refuses an answer that is not the content, with the remedy that its status suggests. */
    static void checkStatus(HubAnswer answer, ModelLocation.HubFile file, boolean withToken) throws SourceException {
        String wanted = "the file " + file.file() + " at " + file.revision();
        checkStatus(answer, file.owner() + "/" + file.repository(), wanted, withToken);
    }

    static void checkStatus(HubAnswer answer, String repository, String wanted, boolean withToken)
            throws SourceException {
        int status = answer.status();
        if (status == 200 || status == 206) {
            return;
        }
        switch (status) {
            case 401, 403 ->
                throw new SourceException(
                        Kind.REFUSED,
                        "it gives no access to " + repository + " (status " + status + "; " + why(withToken));
            case 404 ->
                throw new SourceException(
                        Kind.REFUSED, "it has no " + repository + " with " + wanted + " (status 404)");
            case 407 ->
                throw new SourceException(
                        Kind.REFUSED,
                        "the proxy asks for a name and a password (status 407): write them into HTTPS_PROXY as"
                                + " http://name:password@host:port");
            case 416 -> throw new SourceException(Kind.CHANGED, "it does not have the rest of the unfinished file");
            default -> throw other(answer);
        }
    }

    private static String why(boolean withToken) {
        return withToken
                ? "the access token may have expired or lack the right, or the terms must be accepted there)"
                : "the name may be wrong, or HF_TOKEN is needed, or its terms must be accepted there)";
    }

    private static SourceException other(HubAnswer answer) {
        int status = answer.status();
        boolean passing = status == 408 || status == 429 || status >= 500;
        Duration wait = RetryAfter.of(answer.headers(), Instant.now());
        String words = "it answered with status " + status
                + (wait == null ? "" : " and asks to come back after " + wait.toSeconds() + " s");
        return new SourceException(passing ? Kind.BROKEN : Kind.REFUSED, words, wait);
    }
}
