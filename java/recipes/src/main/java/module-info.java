/** Measures GGUF models and makes them smaller: GGUF in, GGUF out. Begin with {@link io.shearling.recipes.evaluate.Evaluation}. */
module io.shearling.recipes {
    requires static transitive org.jspecify;
    requires transitive io.shearling.formats;
    requires transitive io.shearling.runtime;
    requires org.bytedeco.javacpp;
    requires org.bytedeco.openblas;
    requires org.yaml.snakeyaml;

    exports io.shearling.recipes.budget;
    exports io.shearling.recipes.compress;
    exports io.shearling.recipes.evaluate;
    exports io.shearling.recipes.prune;
    exports io.shearling.recipes.quantize;
    exports io.shearling.recipes.recipe;
    exports io.shearling.recipes.speed;
    exports io.shearling.recipes.statistics;
    exports io.shearling.recipes;
}
