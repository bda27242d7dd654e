package io.shearling.convert.export;

import com.fasterxml.jackson.core.JsonGenerator;
import io.shearling.formats.json.JsonValue;
import java.io.IOException;
import java.nio.file.Path;

/** A kind of tokenizer in the files of a checkpoint. */
interface TokenizerForm {
    /** What is done with a text first, {@code null} in JSON for nothing. */
    JsonValue normalizer();

    /** How the text is cut then. */
    JsonValue preTokenizer();

    /** How tokens become text. */
    JsonValue decoder();

    /** The text of a token. */
    String text(int id);

    /** Whether an added token is looked for in the text as it is after the normalizer. */
    boolean normalized(int id);

    /** Whether an added token has to stand in {@code tokenizer_config.json} too. */
    boolean configured(int id);

    /** Whether each text begins with the token for that, where the file does not say. */
    boolean beginsByDefault();

    /** Whether each text ends with the token for that, or with the one between two texts, where the file does not say. */
    default boolean endsByDefault() {
        return false;
    }

    /** Writes the object {@code model}. */
    void model(JsonGenerator json) throws IOException;

    /** Writes what is needed beside {@code tokenizer.json}. */
    void files(Path folder) throws IOException;

    /** The class in transformers. */
    default String tokenizerClass() {
        return "PreTrainedTokenizerFast";
    }
}
