package io.shearling.hub;

import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Optional;

/** The files that a hub reference means: the one it names, else the only GGUF model of its repository, with all its parts. */
final class HubLookup {
    private HubLookup() {}

    /** What is to be on this machine, in order; several files if the model is split. */
    static List<Wanted> wanted(HubOptions options, ModelCache cache, ModelReference.HubModel hub, Progress progress) {
        String file = hub.file() == null ? onlyFile(options, cache, hub, progress) : hub.file();
        Optional<SplitName> split = SplitName.parse(file);
        if (split.isEmpty()) {
            return List.of(wanted(hub, file, "The model " + hub.text()));
        }
        SplitName name = split.get();
        if (!name.isFirst()) {
            throw new HubException(
                    HubException.Reason.BAD_REFERENCE,
                    "The file " + file + " is part " + name.number() + " of " + name.count()
                            + " of a split model: name the first part, " + name.first() + ", and all are fetched.");
        }
        return name.parts().stream()
                .map(part -> wanted(
                        hub,
                        part,
                        "Part " + SplitName.parse(part).orElseThrow().number() + " of " + name.count()
                                + " of the model " + hub.text()))
                .toList();
    }

    private static Wanted wanted(ModelReference.HubModel hub, String file, String what) {
        ModelLocation.HubFile location = new ModelLocation.HubFile(hub.owner(), hub.repository(), file, hub.revision());
        return new Wanted(what, CacheKey.of(location), Expectation.NOTHING, List.of(location));
    }

    private static String onlyFile(
            HubOptions options, ModelCache cache, ModelReference.HubModel hub, Progress progress) {
        try {
            String remembered = cache.recallOnlyFile(hub);
            if (remembered != null
                    && Files.isRegularFile(cache.pathOf(CacheKey.of(
                            new ModelLocation.HubFile(hub.owner(), hub.repository(), remembered, hub.revision()))))) {
                return remembered;
            }
            if (options.offline()) {
                throw Fetch.offline(
                        "The list of files of " + hub.text(), "name the file after a colon if it is in the cache");
            }
            return HubRepository.onlyGguf(options, hub, progress);
        } catch (SourceException e) {
            throw HubException.fetchFailed(
                    "The list of files of " + hub.text(),
                    List.of(new HubException.Attempt("hub " + options.endpoint(), e.detail())),
                    "check the address and the network");
        } catch (IOException e) {
            throw ModelCache.unusable(cache.folder(), e);
        } catch (InterruptedException e) {
            throw ModelHub.cancelled("The look-up of " + hub.text());
        }
    }
}
