package io.shearling.cli;

import io.shearling.hub.CachedModel;
import io.shearling.hub.ModelCache;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code shearling list}: the models in the cache. */
@Command(
        name = "list",
        description = "Shows the models in the cache, whole and unfinished ones.",
        footerHeading = "%nExample:%n",
        footer = "  shearling list")
final class ListCommand implements Callable<Integer> {
    private static final DateTimeFormatter MINUTES =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm", Locale.ROOT).withZone(ZoneId.systemDefault());

    private final Streams streams;

    @Option(names = "--json", description = "Print one JSON object.")
    private boolean json;

    ListCommand(Streams streams) {
        this.streams = streams;
    }

    @Override
    public Integer call() {
        ModelCache cache = new ModelCache(ModelCache.defaultFolder());
        List<CachedModel> models = cache.list();
        if (json) {
            streams.results().println(json(cache, models));
        } else if (models.isEmpty()) {
            streams.say("no models in " + cache.folder() + "; shearling pull MODEL fetches one");
        } else {
            table(models);
        }
        return ExitCode.DONE;
    }

    private void table(List<CachedModel> models) {
        int width = models.stream()
                .mapToInt(model -> model.reference().text().length())
                .max()
                .orElse(0);
        row(width, "MODEL", "SIZE", "LAST USED", "STATE");
        for (CachedModel model : models) {
            row(
                    width,
                    model.reference().text(),
                    Sizes.bytes(model.sizeBytes()),
                    MINUTES.format(model.lastUsed()),
                    words(model.state()));
        }
        if (models.size() == 1) {
            return;
        }
        long total = models.stream().mapToLong(CachedModel::sizeBytes).sum();
        row(width, "", Sizes.bytes(total), "", "");
    }

    private void row(int width, String model, String size, String used, String state) {
        String line =
                String.format(Locale.ROOT, "%-" + Math.max(width, 5) + "s  %10s  %-16s  %s", model, size, used, state);
        streams.results().println(line.stripTrailing());
    }

    private static String words(CachedModel.State state) {
        return switch (state) {
            case VERIFIED -> "verified";
            case UNVERIFIED -> "not checked";
            case UNFINISHED -> "unfinished";
        };
    }

    private static String json(ModelCache cache, List<CachedModel> models) {
        return JsonText.object(out -> {
            out.writeStringField("folder", cache.folder().toString());
            out.writeArrayFieldStart("models");
            for (CachedModel model : models) {
                out.writeStartObject();
                out.writeStringField("model", model.reference().text());
                out.writeStringField("file", model.path().toString());
                out.writeNumberField("sizeBytes", model.sizeBytes());
                out.writeStringField("state", model.state().name().toLowerCase(Locale.ROOT));
                out.writeStringField("sha256", model.sha256());
                out.writeStringField("fetched", seconds(model.fetched()));
                out.writeStringField("lastUsed", seconds(model.lastUsed()));
                out.writeEndObject();
            }
            out.writeEndArray();
        });
    }

    private static String seconds(Instant instant) {
        return Instant.ofEpochSecond(instant.getEpochSecond()).toString();
    }
}
