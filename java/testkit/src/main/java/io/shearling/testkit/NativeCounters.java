package io.shearling.testkit;

import io.shearling.core.Core;
import io.shearling.core.shl_counters;
import io.shearling.natives.NativeLibraries;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Map.Entry;

/**
 * What native code holds for this process at one moment: live objects of each kind, and bytes. Immutable.
 *
 * @param kinds count or bytes of each kind, by its name
 */
public record NativeCounters(Map<String, Long> kinds) {
    public NativeCounters {
        kinds = Map.copyOf(kinds);
    }

    /** The counters now. Loads the native libraries when that has not happened. */
    public static NativeCounters read() {
        NativeLibraries.load();
        try (shl_counters raw = new shl_counters()) {
            Core.shl_counters_read(raw);
            return new NativeCounters(Map.of(
                    "models", raw.models(),
                    "contexts", raw.contexts(),
                    "samplers", raw.samplers(),
                    "chat templates", raw.templates(),
                    "texts", raw.texts(),
                    "load progresses", raw.progresses(),
                    "bytes of models", raw.model_bytes(),
                    "bytes of contexts", raw.context_bytes()));
        }
    }

    /** How much more of each kind there is here than there was before; kinds that have not changed are left out. */
    public Map<String, Long> since(NativeCounters before) {
        Map<String, Long> more = new LinkedHashMap<>();
        kinds.entrySet().stream().sorted(Entry.comparingByKey()).forEach(kind -> {
            long change = kind.getValue() - before.kinds.getOrDefault(kind.getKey(), 0L);
            if (change != 0) {
                more.put(kind.getKey(), change);
            }
        });
        return more;
    }
}
