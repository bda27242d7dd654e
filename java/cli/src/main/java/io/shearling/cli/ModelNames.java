package io.shearling.cli;

import io.shearling.hub.Catalogue;
import io.shearling.hub.HubException;
import io.shearling.hub.ModelHub;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Set;

/** The models that a shell can complete: the names of the catalogue, and what else lies in the cache. */
final class ModelNames implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
        Set<String> names = new LinkedHashSet<>(Catalogue.standard().names());
        try {
            ModelHub.standard()
                    .cache()
                    .list()
                    .forEach(model -> names.add(model.reference().text()));
        } catch (HubException e) {
            // A cache that cannot be read has nothing to offer; whoever uses it is told.
            return names.iterator();
        }
        return names.iterator();
    }
}
