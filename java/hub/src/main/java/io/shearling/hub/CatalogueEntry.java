package io.shearling.hub;

import java.util.List;
import java.util.regex.Pattern;

/**
 * A model that is known by a short name.
 *
 * @param name the short name, lower case
 * @param description one line for people
 * @param fileName the name of the GGUF file in the cache
 * @param sizeBytes the exact size of the file
 * @param sha256 the checksum that decides whether a file is this model, 64 lower-case hexadecimal digits
 * @param licence the SPDX identifier, or the name and address of the terms
 * @param sources where to get the file, tried in this order
 * @since 0.1
 */
public record CatalogueEntry(
        String name,
        String description,
        String fileName,
        long sizeBytes,
        String sha256,
        String licence,
        List<ModelLocation> sources) {
    private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");

    /** Checks every part; a wrong one is refused with one sentence. */
    public CatalogueEntry {
        sources = List.copyOf(sources);
        HubNames.checkCatalogueName(name);
        HubNames.checkFile(fileName);
        if (fileName.contains("/") || sizeBytes <= 0 || !SHA256.matcher(sha256).matches() || sources.isEmpty()) {
            throw new HubException(
                    HubException.Reason.BAD_REFERENCE,
                    "The catalogue entry " + name
                            + " is incomplete: give a file name without folder, a size above 0, a sha256 of 64"
                            + " lower-case hexadecimal digits and at least one source.");
        }
    }
}
