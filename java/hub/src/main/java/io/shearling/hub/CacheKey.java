package io.shearling.hub;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The place of a model below the cache's {@code models} folder.
 *
 * <p>A catalogue entry lies at {@code NAME/FILE}, a hub file at {@code hf/OWNER/REPOSITORY/REVISION/FILE}, where a
 * slash in the revision is written {@code %2F}.
 *
 * @param reference what the model is called; for a hub model always with its file
 * @param relative the file's path below {@code models}
 */
record CacheKey(ModelReference reference, Path relative) {
    private static final String HUB = "hf";
    private static final int MOST_LOCK_BYTES = 200;
    private static final int LOCK_PREFIX = 40;

    static CacheKey of(CatalogueEntry entry) {
        return new CacheKey(new ModelReference.CatalogueName(entry.name()), Path.of(entry.name(), entry.fileName()));
    }

    static CacheKey of(ModelLocation.HubFile file) {
        return new CacheKey(
                new ModelReference.HubModel(file.owner(), file.repository(), file.file(), file.revision()),
                revisionFolder(file.owner(), file.repository(), file.revision()).resolve(Path.of(file.file())));
    }

    /** The folder of all files of one revision, below {@code models}. */
    static Path revisionFolder(String owner, String repository, String revision) {
        return Path.of(HUB, owner, repository, revision.replace("/", "%2F"));
    }

    /** The key of a file that lies in the cache; empty if it is at no place of a model. */
    static Optional<CacheKey> ofFile(Path relative) {
        int names = relative.getNameCount();
        try {
            if (!relative.startsWith(HUB)) {
                return names != 2
                        ? Optional.empty()
                        : Optional.of(new CacheKey(
                                new ModelReference.CatalogueName(
                                        relative.getName(0).toString()),
                                relative));
            }
            if (names < 5) {
                return Optional.empty();
            }
            return Optional.of(of(new ModelLocation.HubFile(
                    relative.getName(1).toString(),
                    relative.getName(2).toString(),
                    relative.subpath(4, names).toString().replace('\\', '/'),
                    relative.getName(3).toString().replace("%2F", "/"))));
        } catch (HubException e) {
            // A file that somebody else put here under a name that no model has.
            return Optional.empty();
        }
    }

    /**
     * The name of the lock file; two keys that happen to share it only wait for each other. A long path, whose folders joined
     * would be more than a file's name can have, is its beginning and its checksum.
     */
    String lockName() {
        String path = relative.toString().replace('\\', '/');
        String name = path.replace("/", "--");
        if (name.getBytes(StandardCharsets.UTF_8).length > MOST_LOCK_BYTES) {
            String beginning = name.codePoints()
                    .limit(LOCK_PREFIX)
                    .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                    .toString();
            name = beginning + "-" + Sha256.of(path);
        }
        return name + ".lock";
    }
}
