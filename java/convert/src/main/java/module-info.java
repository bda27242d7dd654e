/** Turns Hugging Face checkpoints into GGUF files. Needs no native code. */
module io.shearling.convert {
    requires transitive io.shearling.formats;

    exports io.shearling.convert;
}
