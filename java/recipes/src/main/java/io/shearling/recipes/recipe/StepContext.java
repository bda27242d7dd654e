package io.shearling.recipes.recipe;

import io.shearling.recipes.Text;
import io.shearling.recipes.quantize.ColumnImportance;
import java.nio.file.Path;

/** What a step works with besides the model that it reads. */
public interface StepContext {
    /** Tokens of a chunk of the text. */
    int CHUNK_TOKENS = 512;

    /** Where the step writes its model. A name that the step was cut off under in an earlier run is the same. */
    Path target();

    /** The text that the step may read. */
    Text calibration();

    /**
     * The importance of the columns of a model's weights over that text, which is collected once.
     *
     * @param chunks of the text, of {@link #CHUNK_TOKENS}; 0: all
     */
    ColumnImportance importance(Artifact model, int chunks);

    /** Where speeds that were measured on this machine are kept. */
    Path profiles();

    int threads();

    /** Hears how the step goes, on the thread that runs it; may throw, which ends it. */
    void progress(String what, String unit, long done, long all);
}
