package io.shearling.hub;

import io.shearling.hub.CachedModel.State;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** What lies in the cache, as models: the files of a split model are one. */
final class CacheListing {
    /** A model file, or the beginning of one, and what it is called. */
    record Entry(CacheKey key, ModelFiles files) {}

    private CacheListing() {}

    /**
     * All model files below a folder of the cache, and what has begun to be one; sorted by path. A folder that a link leads to
     * outside the cache has none, but {@code models} itself may be a link.
     */
    static List<Entry> entries(Path models, Path below) throws IOException {
        if (!Files.isDirectory(below) || !below.toRealPath().startsWith(models.toRealPath())) {
            return List.of();
        }
        Path top = models.toRealPath();
        Set<Path> found = new TreeSet<>();
        for (Path file : FileTrees.files(below.toRealPath())) {
            ModelFiles.ofFile(top.relativize(file)).ifPresent(files -> found.add(files.model()));
        }
        List<Entry> entries = new ArrayList<>();
        for (Path relative : found) {
            CacheKey.ofFile(relative)
                    .ifPresent(key -> entries.add(new Entry(key, new ModelFiles(models.resolve(relative)))));
        }
        return entries;
    }

    /** The models of the entries, sorted by the path of their first file. */
    static List<CachedModel> models(List<Entry> entries) throws IOException {
        Map<ModelReference, List<CachedModel>> parts = new LinkedHashMap<>();
        for (Entry entry : entries) {
            CachedModel one = describe(entry);
            if (one != null) {
                parts.computeIfAbsent(whole(entry.key().reference()), reference -> new ArrayList<>())
                        .add(one);
            }
        }
        List<CachedModel> models = new ArrayList<>();
        parts.forEach((reference, files) -> models.add(join(reference, files)));
        models.sort(Comparator.comparing(model -> model.path().toString()));
        return models;
    }

    /** The reference of the whole model that a file is a part of. */
    static ModelReference whole(ModelReference reference) {
        if (reference instanceof ModelReference.HubModel hub && hub.file() != null) {
            return new ModelReference.HubModel(
                    hub.owner(),
                    hub.repository(),
                    SplitName.parse(hub.file()).map(SplitName::first).orElse(hub.file()),
                    hub.revision());
        }
        return reference;
    }

    private static @Nullable CachedModel describe(Entry entry) throws IOException {
        Path model = entry.files().model();
        try {
            if (!Files.exists(model)) {
                return unfinished(entry);
            }
            VerifiedMarker marker = VerifiedMarker.read(model);
            String sha256 = marker != null && marker.matches(model) ? marker.sha256() : null;
            Instant fetched = Files.getLastModifiedTime(model).toInstant();
            Instant used = VerifiedMarker.lastUsed(model);
            return new CachedModel(
                    entry.key().reference(),
                    model,
                    Files.size(model),
                    sha256,
                    sha256 == null ? State.UNVERIFIED : State.VERIFIED,
                    fetched,
                    used == null || used.isBefore(fetched) ? fetched : used);
        } catch (NoSuchFileException e) {
            // It was finished or removed since the folder was read.
            return null;
        }
    }

    private static CachedModel unfinished(Entry entry) throws IOException {
        Path part = entry.files().part();
        DownloadNote note = DownloadNote.read(entry.files().note());
        Instant changed = Files.getLastModifiedTime(part).toInstant();
        return new CachedModel(
                entry.key().reference(),
                entry.files().model(),
                note == null ? Files.size(part) : note.doneBytes(),
                null,
                State.UNFINISHED,
                changed,
                changed);
    }

    private static CachedModel join(ModelReference reference, List<CachedModel> files) {
        CachedModel first = files.get(0);
        Optional<SplitName> split = reference instanceof ModelReference.HubModel hub && hub.file() != null
                ? SplitName.parse(hub.file())
                : Optional.empty();
        if (split.isEmpty()) {
            return first;
        }
        State state = files.stream()
                .map(CachedModel::state)
                .max(Comparator.naturalOrder())
                .orElseThrow();
        return new CachedModel(
                reference,
                first.path().resolveSibling(Path.of(split.get().first()).getFileName()),
                files.stream().mapToLong(CachedModel::sizeBytes).sum(),
                null,
                files.size() == split.get().count() ? state : State.UNFINISHED,
                files.stream()
                        .map(CachedModel::fetched)
                        .max(Comparator.naturalOrder())
                        .orElseThrow(),
                files.stream()
                        .map(CachedModel::lastUsed)
                        .max(Comparator.naturalOrder())
                        .orElseThrow());
    }
}
