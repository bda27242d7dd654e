/** Turns Hugging Face checkpoints into GGUF files and back. Needs no native code. */
module io.shearling.convert {
    requires transitive io.shearling.formats;
    requires org.yaml.snakeyaml;

    exports io.shearling.convert;
    exports io.shearling.convert.export;
}
