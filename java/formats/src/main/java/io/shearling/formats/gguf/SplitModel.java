package io.shearling.formats.gguf;

import io.shearling.formats.gguf.GgufException.Kind;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/** Finds, opens and checks the parts of a model that was split over several files. */
final class SplitModel {
    private static final String NUMBER = "split.no";
    private static final String COUNT = "split.count";
    private static final String TENSORS = "split.tensors.count";
    private static final String ENDING = ".gguf";

    private SplitModel() {}

    /** The file alone, or all parts when it is the first of several. */
    static List<GgufPart> open(Path path) {
        GgufPart first = GgufPart.open(path);
        int count = u16(first, COUNT).orElse(0);
        if (count <= 1) {
            return List.of(first);
        }
        int number = u16(first, NUMBER).orElseThrow(() -> keyMissing(first, NUMBER));
        String stem = stem(first, number, count);
        if (number != 0) {
            throw refused(
                    first,
                    "this is part " + (number + 1) + " of " + count,
                    "open the first part, " + name(stem, 0, count));
        }
        List<GgufPart> parts = new ArrayList<>();
        parts.add(first);
        for (int i = 1; i < count; i++) {
            parts.add(part(first, path.resolveSibling(name(stem, i, count)), i, count));
        }
        checkTensors(first, parts);
        return parts;
    }

    private static GgufPart part(GgufPart first, Path path, int index, int count) {
        if (!Files.exists(path)) {
            throw refused(
                    first,
                    "part " + (index + 1) + " of " + count + " is missing, " + path,
                    "fetch all parts into one directory");
        }
        GgufPart part = GgufPart.open(path);
        int number = u16(part, NUMBER).orElseThrow(() -> keyMissing(part, NUMBER));
        if (number != index || u16(part, COUNT).orElse(count) != count) {
            throw refused(
                    part,
                    "the file says that it is part " + (number + 1) + ", not " + (index + 1) + " of " + count,
                    "fetch all parts again");
        }
        return part;
    }

    private static void checkTensors(GgufPart first, List<GgufPart> parts) {
        Set<String> names = new HashSet<>();
        for (GgufPart part : parts) {
            for (TensorInfo tensor : part.header().tensors()) {
                if (!names.add(tensor.name())) {
                    throw refused(
                            part,
                            "the tensor " + tensor.name() + " is in an earlier part too",
                            "fetch all parts again");
                }
            }
        }
        OptionalLong expected = first.header().metadata().findInteger(TENSORS);
        if (expected.isEmpty()) {
            throw keyMissing(first, TENSORS);
        }
        if (expected.getAsLong() != names.size()) {
            throw refused(
                    first,
                    "the parts have " + names.size() + " tensors together where " + expected.getAsLong()
                            + " are announced",
                    "fetch all parts again");
        }
    }

    /** What stands before the part's number in its file name. */
    private static String stem(GgufPart part, int number, int count) {
        String file = String.valueOf(part.path().getFileName());
        String ending = name("", number, count);
        if (!file.endsWith(ending) || file.length() == ending.length()) {
            throw refused(
                    part,
                    "the file is part " + (number + 1) + " of " + count + " but its name does not end in " + ending,
                    "give the parts their names back");
        }
        return file.substring(0, file.length() - ending.length());
    }

    /** Where a part lies of a model that is to be written to this place. */
    static Path path(Path target, int index, int count) {
        String name = String.valueOf(target.getFileName());
        String stem = name.endsWith(ENDING) ? name.substring(0, name.length() - ENDING.length()) : name;
        return target.resolveSibling(name(stem, index, count));
    }

    /** Says in the metadata of a part which it is. */
    static void putKeys(GgufMetadata.Builder keys, int index, int count, int tensors) {
        keys.put(NUMBER, new GgufInteger(GgufValueType.U16, index))
                .put(COUNT, new GgufInteger(GgufValueType.U16, count))
                .put(TENSORS, new GgufInteger(GgufValueType.I32, tensors));
    }

    private static String name(String stem, int index, int count) {
        return String.format(Locale.ROOT, "%s-%05d-of-%05d.gguf", stem, index + 1, count);
    }

    /** llama.cpp asserts this very type, and a failed assertion would end the process. */
    private static Optional<Integer> u16(GgufPart part, String key) {
        return part.header().metadata().find(key).map(value -> {
            if (value instanceof GgufInteger integer && integer.type() == GgufValueType.U16) {
                return (int) integer.value();
            }
            throw refused(
                    part,
                    "the key " + key + " should be u16 but is " + value.type().label(),
                    "split the model again");
        });
    }

    private static GgufException keyMissing(GgufPart part, String key) {
        return refused(part, "the key " + key + " of a split model is missing", "split the model again");
    }

    private static GgufException refused(GgufPart part, String reason, String remedy) {
        return new GgufException(Kind.SPLIT, part.path().toString(), reason, remedy);
    }
}
