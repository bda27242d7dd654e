package io.shearling.hub;

import io.shearling.hub.SourceException.Kind;
import java.net.URI;
import java.net.URISyntaxException;

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
    static void checkStatus(HubAnswer answer, ModelLocation.HubFile file) throws SourceException {
        checkStatus(
                answer, file.owner() + "/" + file.repository(), "the file " + file.file() + " at " + file.revision());
    }

    static void checkStatus(HubAnswer answer, String repository, String wanted) throws SourceException {
        int status = answer.status();
        if (status == 200 || status == 206 || status == 416) {
            return;
        }
        if (status == 401 || status == 403) {
            throw new SourceException(
                    Kind.REFUSED,
                    "it gives no access to " + repository + " (status " + status
                            + "; the name may be wrong, or HF_TOKEN is needed, or its terms must be accepted there)");
        }
        if (status == 404) {
            throw new SourceException(Kind.REFUSED, "it has no " + repository + " with " + wanted + " (status 404)");
        }
        boolean passing = status == 408 || status == 429 || status >= 500;
        throw new SourceException(passing ? Kind.BROKEN : Kind.REFUSED, "it answered with status " + status);
    }
}
