package io.shearling.natives;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Where unpacked natives may lie: in the user's cache or, when that will not do, below {@code java.io.tmpdir}.
 *
 * <p>The cache is the system property {@code shearling.cache}, else the environment variable {@code SHEARLING_CACHE},
 * else {@code XDG_CACHE_HOME/shearling}, else the operating system's usual place below the user's home.
 */
final class CachePlaces {
    private static final String FOLDER = "shearling";
    private static final String NATIVES = "natives";

    private CachePlaces() {}

    /** The place for natives in the user's cache. */
    static Path inCache() {
        return cache().resolve(NATIVES);
    }

    /** The place for natives in the folder for temporary files; made if it is not there. */
    static Path inTemporary() throws IOException {
        Path temporary = Path.of(System.getProperty("java.io.tmpdir", ".")).toAbsolutePath();
        return fallback(temporary).resolve(NATIVES);
    }

    /** The user's cache. Nothing is created. */
    static Path cache() {
        String named = firstOf(System.getProperty("shearling.cache"), System.getenv("SHEARLING_CACHE"));
        if (!named.isEmpty()) {
            return Path.of(named).toAbsolutePath();
        }
        String xdg = firstOf(System.getenv("XDG_CACHE_HOME"));
        if (!xdg.isEmpty() && Path.of(xdg).isAbsolute()) {
            return Path.of(xdg, FOLDER);
        }
        Path home = Path.of(System.getProperty("user.home", ".")).toAbsolutePath();
        String platform = HostPlatform.name();
        if (platform.startsWith("macosx")) {
            return home.resolve("Library").resolve("Caches").resolve(FOLDER);
        }
        String local = firstOf(System.getenv("LOCALAPPDATA"));
        if (platform.startsWith("windows") && !local.isEmpty()) {
            return Path.of(local, FOLDER);
        }
        return home.resolve(".cache").resolve(FOLDER);
    }

    /**
     * A folder of this user below {@code temporary} that no other user can write to: other people can create entries
     * there, and what they put into a folder with a guessable name would be loaded as code.
     */
    static Path fallback(Path temporary) throws IOException {
        Path folder = temporary.resolve(FOLDER + "-" + System.getProperty("user.name", "user"));
        if (!folder.getFileSystem().supportedFileAttributeViews().contains("posix")) {
            return Files.createDirectories(folder);
        }
        if (!Files.isDirectory(folder)) {
            Set<PosixFilePermission> mine = PosixFilePermissions.fromString("rwx------");
            return Files.createDirectories(folder, PosixFilePermissions.asFileAttribute(mine));
        }
        return isPrivate(folder) ? folder : Files.createTempDirectory(temporary, FOLDER + "-");
    }

    private static boolean isPrivate(Path folder) throws IOException {
        Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(folder);
        boolean mine = Files.getOwner(folder).getName().equals(System.getProperty("user.name"));
        return mine
                && !Files.isSymbolicLink(folder)
                && !permissions.contains(PosixFilePermission.GROUP_WRITE)
                && !permissions.contains(PosixFilePermission.OTHERS_WRITE);
    }

    private static String firstOf(@Nullable String... candidates) {
        for (String candidate : candidates) {
            if (candidate != null && !candidate.isBlank()) {
                return candidate;
            }
        }
        return "";
    }
}
