/** Measures GGUF models and makes them smaller: GGUF in, GGUF out. */
module io.shearling.recipes {
    requires transitive io.shearling.formats;
    requires transitive io.shearling.runtime;

    exports io.shearling.recipes;
    exports io.shearling.recipes.quantize;
    exports io.shearling.recipes.statistics;
}
