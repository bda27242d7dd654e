package io.shearling.formats.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/**
 * JSON of checkpoints, which come from strangers: UTF-8 and nothing else, no key twice in an object, bounded depth, names, texts
 * and numbers. Thread-safe.
 */
public final class StrictJson {
    private static final int MAX_NAME_CHARS = 16_384;
    private static final int MAX_NUMBER_CHARS = 64;

    private final JsonFactory factory;

    private StrictJson(JsonFactory factory) {
        this.factory = factory;
    }

    /**
     * JSON within these bounds.
     *
     * @param depth how deep arrays and objects may lie within each other
     * @param textChars how many characters one text may have
     */
    public static StrictJson within(int depth, int textChars) {
        return new StrictJson(JsonFactory.builder()
                .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                // A table of names that a stranger fills is no gain.
                .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
                .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
                // Python writes NaN and Infinity as JSON, and configurations have them.
                .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
                .streamReadConstraints(StreamReadConstraints.builder()
                        .maxNestingDepth(depth)
                        .maxNameLength(MAX_NAME_CHARS)
                        .maxStringLength(textChars)
                        .maxNumberLength(MAX_NUMBER_CHARS)
                        .build())
                .build());
    }

    /**
     * A parser of these bytes; closing it closes them.
     *
     * @throws IOException when they cannot be read; so do all calls of the parser, with a
     *     {@link com.fasterxml.jackson.core.JsonProcessingException} for what is not JSON within the bounds and a
     *     {@link java.nio.charset.CharacterCodingException} for what is not UTF-8
     */
    public JsonParser parser(InputStream bytes) throws IOException {
        // Given bytes, the parser would guess among five encodings.
        return factory.createParser(new InputStreamReader(
                bytes,
                StandardCharsets.UTF_8
                        .newDecoder()
                        .onMalformedInput(CodingErrorAction.REPORT)
                        .onUnmappableCharacter(CodingErrorAction.REPORT)));
    }
}
