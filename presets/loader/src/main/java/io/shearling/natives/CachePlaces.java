package io.shearling.natives;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
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
    private static final String TEMPORARY = "java.io.tmpdir";

    private CachePlaces() {}

    /** The place for natives in the user's cache; passed over already where nobody can say where that is. */
    static NativePlace inCache() {
        NativePlace cache = cache();
        return new NativePlace(cache.folder().resolve(NATIVES), cache.origin(), cache.fault());
    }

    /** The place for natives in the folder for temporary files; made if it is not there. */
    static NativePlace inTemporary() throws IOException {
        return new NativePlace(fallback(temporary()).resolve(NATIVES), TEMPORARY, "");
    }

    /** The folder for temporary files. */
    static Path temporary() {
        return Path.of(System.getProperty(TEMPORARY, ".")).toAbsolutePath();
    }

    /** The user's cache. Nothing is created. */
    static NativePlace cache() {
        String option = firstOf(System.getProperty("shearling.cache"));
        String variable = firstOf(System.getenv("SHEARLING_CACHE"));
        if (!option.isEmpty() || !variable.isEmpty()) {
            return new NativePlace(
                    Path.of(option.isEmpty() ? variable : option).toAbsolutePath(),
                    option.isEmpty() ? "SHEARLING_CACHE" : "-Dshearling.cache",
                    "");
        }
        String xdg = firstOf(System.getenv("XDG_CACHE_HOME"));
        if (!xdg.isEmpty() && Path.of(xdg).isAbsolute()) {
            return new NativePlace(Path.of(xdg, FOLDER), "XDG_CACHE_HOME", "");
        }
        String local = firstOf(System.getenv("LOCALAPPDATA"));
        if (HostPlatform.name().startsWith("windows") && !local.isEmpty()) {
            return new NativePlace(Path.of(local, FOLDER), "LOCALAPPDATA", "");
        }
        // As every other program takes it. The JDK asks the system for the user, and where that does not know him, as
        // in a container
        // that was given a number, its answer is "?".
        Path home = Path.of(firstOf(System.getenv("HOME"), "?"));
        if (!home.isAbsolute() || HostPlatform.name().startsWith("windows")) {
            home = Path.of(System.getProperty("user.home", "?"));
        }
        Path caches = HostPlatform.name().startsWith("macosx") ? Path.of("Library", "Caches") : Path.of(".cache");
        return new NativePlace(
                home.resolve(caches).resolve(FOLDER),
                "the home folder",
                home.isAbsolute() ? "" : "this user has no home folder");
    }

    /**
     * A folder of this user below {@code temporary} that no other user can write to: other people can create entries
     * there, and what they put into a folder with a guessable name would be loaded as code.
     */
    static Path fallback(Path temporary) throws IOException {
        if (!temporary.getFileSystem().supportedFileAttributeViews().contains("posix")) {
            return Files.createDirectories(temporary.resolve(FOLDER + "-" + System.getProperty("user.name", "user")));
        }
        UserPrincipal me = owner(temporary);
        Path folder = temporary.resolve(FOLDER + "-" + me.getName());
        if (!Files.isDirectory(folder)) {
            Set<PosixFilePermission> mine = PosixFilePermissions.fromString("rwx------");
            return Files.createDirectories(folder, PosixFilePermissions.asFileAttribute(mine));
        }
        return isPrivate(folder, me) ? folder : Files.createTempDirectory(temporary, FOLDER + "-");
    }

    /** Who owns what this process creates; a user without a name is a number here, and "?" in {@code user.name}. */
    private static UserPrincipal owner(Path temporary) throws IOException {
        Path file = Files.createTempFile(temporary, FOLDER, null);
        try {
            return Files.getOwner(file);
        } finally {
            Files.delete(file);
        }
    }

    private static boolean isPrivate(Path folder, UserPrincipal me) throws IOException {
        Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(folder);
        return Files.getOwner(folder).equals(me)
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
