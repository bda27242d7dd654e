package io.shearling.hub;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The models that are known by a short name, in the order in which they are shown. Immutable.
 *
 * @since 0.1
 */
public final class Catalogue {
    /** The name of the model that is taken when the user names none. */
    public static final String DEFAULT_MODEL = "smollm2-135m";

    private static final String RESOURCE = "catalogue.json";

    private final Map<String, CatalogueEntry> entries;

    private Catalogue(List<CatalogueEntry> list) {
        entries = new LinkedHashMap<>();
        for (CatalogueEntry entry : list) {
            if (entries.put(entry.name(), entry) != null) {
                throw new HubException(
                        HubException.Reason.BAD_REFERENCE,
                        "The catalogue has the name " + entry.name() + " twice: rename one of the entries.");
            }
        }
    }

    /** The catalogue that comes with the library. */
    public static Catalogue standard() {
        return Standard.CATALOGUE;
    }

    /** A catalogue of one's own; two entries of the same name are refused. */
    public static Catalogue of(List<CatalogueEntry> entries) {
        return new Catalogue(entries);
    }

    /**
     * Reads a catalogue in JSON: {@code {"models": [{"name", "description", "file", "sizeBytes", "sha256", "licence",
     * "sources": [{"hub": "owner/repo", "file", "revision"?} | {"packages": [{"name", "version", "member"}]}]}]}}.
     *
     * @param stream the JSON text in UTF-8; it is read whole and closed
     * @param origin where the text is from, for error messages
     */
    public static Catalogue read(InputStream stream, String origin) {
        try {
            List<CatalogueEntry> entries = new ArrayList<>();
            for (Map<String, Object> model : Json.objects(Json.readObject(stream), "models")) {
                entries.add(entry(model));
            }
            return new Catalogue(entries);
        } catch (IOException e) {
            throw new HubException(
                    HubException.Reason.BAD_REFERENCE,
                    "The catalogue " + origin + " cannot be read (" + e.getMessage() + "): correct the file.",
                    e);
        }
    }

    private static CatalogueEntry entry(Map<String, Object> model) throws IOException {
        List<ModelLocation> sources = new ArrayList<>();
        for (Map<String, Object> source : Json.objects(model, "sources")) {
            sources.add(source.containsKey("hub") ? hubFile(source) : packageFile(source));
        }
        return new CatalogueEntry(
                Json.text(model, "name"),
                Json.text(model, "description"),
                Json.text(model, "file"),
                Json.number(model, "sizeBytes"),
                Json.text(model, "sha256"),
                Json.text(model, "licence"),
                sources);
    }

    private static ModelLocation hubFile(Map<String, Object> source) throws IOException {
        String address = Json.text(source, "hub");
        int slash = address.indexOf('/');
        if (slash < 0) {
            throw new IOException("the hub source " + address + " is not owner/repo");
        }
        String revision = source.containsKey("revision") ? Json.text(source, "revision") : ModelReference.MAIN;
        return new ModelLocation.HubFile(
                address.substring(0, slash), address.substring(slash + 1), Json.text(source, "file"), revision);
    }

    private static ModelLocation packageFile(Map<String, Object> source) throws IOException {
        List<ModelLocation.PackageMember> members = new ArrayList<>();
        for (Map<String, Object> member : Json.objects(source, "packages")) {
            members.add(new ModelLocation.PackageMember(
                    Json.text(member, "name"), Json.text(member, "version"), Json.text(member, "member")));
        }
        return new ModelLocation.PackageFile(members);
    }

    /** All entries, in order. */
    public List<CatalogueEntry> entries() {
        return List.copyOf(entries.values());
    }

    /** The known names, in order. */
    public List<String> names() {
        return List.copyOf(entries.keySet());
    }

    /** The entry of a name, if there is one. */
    public Optional<CatalogueEntry> find(String name) {
        return Optional.ofNullable(entries.get(name));
    }

    /** Read on first use: a program that only opens local files never parses the resource. */
    private static final class Standard {
        static final Catalogue CATALOGUE = load();

        private static Catalogue load() {
            InputStream stream = Catalogue.class.getResourceAsStream(RESOURCE);
            if (stream == null) {
                throw new IllegalStateException("The jar of shearling-hub lacks " + RESOURCE + ": build it again.");
            }
            return read(stream, RESOURCE);
        }
    }
}
