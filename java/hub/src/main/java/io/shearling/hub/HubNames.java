package io.shearling.hub;

import java.util.Arrays;
import java.util.regex.Pattern;

/**
 * The spelling of names that become parts of an address, a path or a command line.
 *
 * <p>What passes here cannot leave the cache folder and cannot be taken for an option.
 */
final class HubNames {
    private static final Pattern REPOSITORY_PART = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9._-]{0,95}");
    private static final Pattern REVISION = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9._/-]{0,199}");
    private static final Pattern CATALOGUE_NAME = Pattern.compile("[a-z0-9][a-z0-9._-]{0,95}");
    private static final Pattern PACKAGE_PART = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._+!-]*");

    private HubNames() {}

    static void checkRepository(String owner, String repository) {
        if (!isRepositoryPart(owner) || !isRepositoryPart(repository)) {
            throw bad("The hub address hf:" + owner + "/" + repository
                    + " is not an owner and a repository: write hf:owner/repo with letters, digits, '.', '_' and '-'.");
        }
    }

    private static boolean isRepositoryPart(String part) {
        return REPOSITORY_PART.matcher(part).matches() && !part.contains("..");
    }

    /** Whether a text can be the path of a file inside a repository. */
    static boolean isFile(String file) {
        boolean sound = Arrays.stream(file.split("/", -1))
                .noneMatch(segment -> segment.isBlank() || segment.equals(".") || segment.equals(".."));
        return sound && file.chars().noneMatch(c -> c == '\\' || c == ':' || Character.isISOControl(c));
    }

    static void checkFile(String file) {
        if (!isFile(file)) {
            throw bad("The file " + file
                    + " cannot be a file of a hub repository: give its path inside the repository, with '/' between"
                    + " folders.");
        }
    }

    static void checkRevision(String revision) {
        if (!REVISION.matcher(revision).matches() || revision.contains("..") || revision.contains("//")) {
            throw bad("The revision " + revision + " is not a branch, tag or commit: write for example #main.");
        }
    }

    static void checkCatalogueName(String name) {
        // "hf" is the folder of hub models in the cache.
        if (!CATALOGUE_NAME.matcher(name).matches() || name.equals("hf") || name.contains("..")) {
            throw bad("The catalogue name " + name
                    + " cannot be used: take lower-case letters, digits, '.', '_' and '-', and not the name hf.");
        }
    }

    /** Whether the port of an address can be one; -1, for none, stands for the usual one of the scheme. */
    static boolean isPort(int port) {
        return port == -1 || (port >= 1 && port <= 65_535);
    }

    static void checkPackage(String name, String version) {
        if (!PACKAGE_PART.matcher(name).matches()
                || !PACKAGE_PART.matcher(version).matches()) {
            throw bad(
                    "The package " + name + "==" + version + " has no valid name and version: correct the catalogue.");
        }
    }

    private static HubException bad(String message) {
        return new HubException(HubException.Reason.BAD_REFERENCE, message);
    }
}
