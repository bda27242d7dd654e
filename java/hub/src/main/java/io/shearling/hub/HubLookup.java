package io.shearling.hub;

import java.io.IOException;
import java.nio.file.Files;
import java.util.List;

/** The file that a hub reference means: the one it names, else the only GGUF file of its repository. */
final class HubLookup {
    private HubLookup() {}

    static Wanted wanted(HubOptions options, ModelCache cache, ModelReference.HubModel hub) {
        String file = hub.file() == null ? onlyFile(options, cache, hub) : hub.file();
        ModelLocation.HubFile location = new ModelLocation.HubFile(hub.owner(), hub.repository(), file, hub.revision());
        return new Wanted("The model " + hub.text(), CacheKey.of(location), Expectation.NOTHING, List.of(location));
    }

    private static String onlyFile(HubOptions options, ModelCache cache, ModelReference.HubModel hub) {
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
            String found = HubRepository.onlyGguf(options, hub, options.stallTimeout());
            cache.rememberOnlyFile(hub, found);
            return found;
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
