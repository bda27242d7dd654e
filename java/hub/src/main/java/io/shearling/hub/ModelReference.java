package io.shearling.hub;

import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What a user names a model by: a local file, a name of the catalogue, or an address on the hub.
 *
 * @since 0.1
 */
public sealed interface ModelReference {
    /** The revision of a hub address that names none. */
    String MAIN = "main";

    /**
     * A file on this machine.
     *
     * @param path the path as the user gave it
     */
    record LocalFile(Path path) implements ModelReference {
        @Override
        public String text() {
            return path.toString();
        }
    }

    /**
     * A name of the catalogue.
     *
     * @param name the name; whether a catalogue has it shows when it is resolved
     */
    record CatalogueName(String name) implements ModelReference {
        /** Checks the spelling of the name. */
        public CatalogueName {
            HubNames.checkCatalogueName(name);
        }

        @Override
        public String text() {
            return name;
        }
    }

    /**
     * A repository on the hub and, if given, a file in it.
     *
     * @param owner the user or organisation
     * @param repository the repository's name without its owner
     * @param file the file's path in the repository, or null for its only GGUF file
     * @param revision a branch, tag or commit
     */
    record HubModel(
            String owner, String repository, @Nullable String file, String revision) implements ModelReference {
        /** Checks that every part can be a part of an address. */
        public HubModel {
            HubNames.checkRepository(owner, repository);
            if (file != null) {
                HubNames.checkFile(file);
            }
            HubNames.checkRevision(revision);
        }

        @Override
        public String text() {
            // What follows the last # is the revision, so a file with one of its own needs it.
            boolean plain = revision.equals(MAIN) && (file == null || file.indexOf('#') < 0);
            return "hf:" + owner + "/" + repository + (file == null ? "" : ":" + file) + (plain ? "" : "#" + revision);
        }
    }

    /** The reference as text; {@link #parse(String)} reads it back. */
    String text();

    /** Reads a reference, with the names of {@link Catalogue#standard()}. */
    static ModelReference parse(String text) {
        return parse(text, Catalogue.standard());
    }

    /**
     * Reads a reference: {@code hf:owner/repo[:file][#revision]}, else a name of the catalogue, else the path of an
     * existing file. A file that has the name of a catalogue entry is reached with a folder before it ({@code ./name}).
     *
     * @throws HubException in one sentence when the text is none of the three
     */
    static ModelReference parse(String text, Catalogue catalogue) {
        if (text.isBlank()) {
            throw bad("The model has an empty name: give a file, hf:owner/repo, or one of " + known(catalogue) + ".");
        }
        if (text.startsWith("hf:")) {
            return hubModel(text);
        }
        if (catalogue.find(text).isPresent()) {
            return new CatalogueName(text);
        }
        Path path;
        try {
            path = Path.of(text);
        } catch (InvalidPathException e) {
            throw new HubException(
                    HubException.Reason.BAD_REFERENCE,
                    "The text " + text + " is not a path (" + e.getReason()
                            + "): give a file, hf:owner/repo, or one of " + known(catalogue) + ".",
                    e);
        }
        if (Files.isDirectory(path)) {
            throw bad("The path " + text + " is a folder: name the GGUF file in it.");
        }
        if (Files.exists(path)) {
            return new LocalFile(path);
        }
        throw looksLikePath(text)
                ? bad("The file " + text + " does not exist: check the path, or write hf:owner/repo for the hub.")
                : bad("The model " + text + " is neither a file nor in the catalogue: known names are "
                        + known(catalogue) + ", and hf:owner/repo names one on the hub.");
    }

    private static HubModel hubModel(String text) {
        String rest = text.substring("hf:".length());
        int hash = rest.lastIndexOf('#');
        String revision = hash < 0 ? MAIN : rest.substring(hash + 1);
        String address = hash < 0 ? rest : rest.substring(0, hash);
        int colon = address.indexOf(':');
        String repository = colon < 0 ? address : address.substring(0, colon);
        String file = colon < 0 ? null : address.substring(colon + 1);
        int slash = repository.indexOf('/');
        String missing = slash < 0
                ? "no repository"
                : file != null && file.isBlank()
                        ? "no file after its colon"
                        : revision.isBlank() ? "no revision after its #" : "";
        if (!missing.isEmpty()) {
            throw bad("The hub address " + text + " has " + missing + ": write hf:owner/repo[:file][#revision].");
        }
        return new HubModel(repository.substring(0, slash), repository.substring(slash + 1), file, revision);
    }

    private static boolean looksLikePath(String text) {
        return text.contains("/")
                || text.contains("\\")
                || text.startsWith(".")
                || text.toLowerCase(Locale.ROOT).endsWith(".gguf");
    }

    private static String known(Catalogue catalogue) {
        return String.join(", ", catalogue.names());
    }

    private static HubException bad(String message) {
        return new HubException(HubException.Reason.BAD_REFERENCE, message);
    }
}
