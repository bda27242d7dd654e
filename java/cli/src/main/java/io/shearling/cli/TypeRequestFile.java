package io.shearling.cli;

import io.shearling.formats.preset.TypeRequest;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.TypeConversionException;

/** A file of types by tensor, {@code PATTERN=TYPE} with white space between, as llama-quantize reads it. */
final class TypeRequestFile {
    private TypeRequestFile() {}

    static List<TypeRequest> read(Path file) {
        TextFile text = new TextFile("the list of types", file, "; write PATTERN=TYPE into it, as ffn_down=q6_k");
        List<TypeRequest> requests = new ArrayList<>();
        QuantizeChoice.Request reader = new QuantizeChoice.Request();
        for (String word : text.read().strip().split("\\s+", -1)) {
            try {
                requests.add(reader.convert(word));
            } catch (TypeConversionException e) {
                throw text.failure("has " + Pieces.visible(word) + ", which " + e.getMessage());
            }
        }
        return requests;
    }
}
