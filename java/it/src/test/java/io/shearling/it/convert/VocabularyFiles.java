package io.shearling.it.convert;

import io.shearling.convert.ConversionListener;
import io.shearling.convert.export.Export;
import io.shearling.convert.export.ExportOptions;
import io.shearling.convert.export.ExportReport;
import io.shearling.formats.gguf.GgufMetadata;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** What is made of the pinned vocabularies in a folder, each thing once. Not thread-safe. */
final class VocabularyFiles {
    private final Path folder;
    private final Map<PinnedVocabulary, ExportReport> reports = new HashMap<>();

    VocabularyFiles(Path folder) {
        this.folder = folder;
    }

    /** A tiny model with the vocabulary. */
    Path model(PinnedVocabulary vocabulary) {
        Path target = folder.resolve(vocabulary + ".gguf");
        return Files.exists(target) ? target : VocabularyModel.write(vocabulary.keys(), target);
    }

    ExportReport export(PinnedVocabulary vocabulary) {
        return reports.computeIfAbsent(vocabulary, one -> {
            try (Export export = Export.of(model(one), ExportOptions.DEFAULT)) {
                return export.write(folder.resolve(one.name()), ConversionListener.NONE);
            }
        });
    }

    /** The folder with the files of its tokenizer. */
    Path tokenizer(PinnedVocabulary vocabulary) throws IOException {
        GgufMetadata keys = vocabulary.keys();
        Path target = folder.resolve(vocabulary.name());
        if (Files.exists(target)) {
            return target;
        }
        return switch (keys.string("tokenizer.ggml.model")) {
            case "gemma4" -> PublishedTokenizer.gemma4(keys, target);
            case "t5" -> PublishedTokenizer.unigram(keys, target);
            default -> export(vocabulary).folder();
        };
    }
}
