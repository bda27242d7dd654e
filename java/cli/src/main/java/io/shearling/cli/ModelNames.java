package io.shearling.cli;

import io.shearling.hub.Catalogue;
import io.shearling.hub.HubException;
import io.shearling.hub.ModelCache;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * The models that a shell can complete: the names of the catalogue, and what else lies in the cache.
 *
 * <p>They become a part of a script, as they are. The name of a file is whatever a server calls it, so one that is more than a
 * plain word to a shell is not offered.
 */
final class ModelNames implements Iterable<String> {
    private static final Predicate<String> PLAIN =
            Pattern.compile("[A-Za-z0-9._/:#+@=,-]+").asMatchPredicate();

    @Override
    public Iterator<String> iterator() {
        Set<String> names = new LinkedHashSet<>(Catalogue.standard().names());
        try {
            new ModelCache(ModelCache.defaultFolder())
                    .list().stream()
                            .map(model -> model.reference().text())
                            .filter(PLAIN)
                            .forEach(names::add);
        } catch (HubException e) {
            // A cache that cannot be read has nothing to offer; whoever uses it is told.
            return names.iterator();
        }
        return names.iterator();
    }
}
