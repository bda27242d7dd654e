package io.shearling.hub;

import io.shearling.hub.SourceException.Kind;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The list of a hub repository's files, for a reference that names none. */
final class HubRepository {
    private HubRepository() {}

    /**
     * Finds the only GGUF file of a repository; of a split model that is the first.
     *
     * @throws HubException if it has none or several; the message lists them
     * @throws SourceException if the hub does not tell
     */
    static String onlyGguf(HubOptions options, ModelReference.HubModel model, Progress progress)
            throws SourceException, InterruptedException {
        List<String> found = ggufFiles(options, model, progress);
        if (found.size() == 1) {
            return found.get(0);
        }
        throw new HubException(
                HubException.Reason.BAD_REFERENCE,
                found.isEmpty()
                        ? "The repository " + model.text() + " has no GGUF file: name another repository."
                        : "The repository " + model.text() + " has " + found.size() + " GGUF models: name one of them"
                                + " after a colon, " + String.join(", ", found) + ".");
    }

    /** Asks for the list as stubbornly as for a file. */
    private static List<String> ggufFiles(HubOptions options, ModelReference.HubModel model, Progress progress)
            throws SourceException, InterruptedException {
        HubConnection connection = new HubConnection(options);
        Backoff backoff = new Backoff(options.firstPause(), HubSource.MAX_FRUITLESS_TRIES);
        while (true) {
            try {
                return ggufFiles(connection, model, options.stallTimeout());
            } catch (SourceException e) {
                backoff.await(e, options.endpoint(), progress);
            }
        }
    }

    private static List<String> ggufFiles(HubConnection connection, ModelReference.HubModel model, Duration patience)
            throws SourceException, InterruptedException {
        try (HubAnswer answer = connection.get(HubAddress.describe(model), patience)) {
            HubAddress.checkStatus(
                    answer,
                    model.owner() + "/" + model.repository(),
                    "revision " + model.revision(),
                    connection.hasToken());
            List<String> found = new ArrayList<>();
            for (Map<String, Object> sibling : Json.objects(Json.readObject(answer.body()), "siblings")) {
                String name = Json.text(sibling, "rfilename");
                boolean further =
                        SplitName.parse(name).map(part -> !part.isFirst()).orElse(false);
                if (name.toLowerCase(Locale.ROOT).endsWith(".gguf") && !further) {
                    found.add(name);
                }
            }
            return found;
        } catch (InterruptedIOException e) {
            throw new InterruptedException();
        } catch (IOException e) {
            throw new SourceException(Kind.BROKEN, "its list of files cannot be read (" + e.getMessage() + ")");
        }
    }
}
