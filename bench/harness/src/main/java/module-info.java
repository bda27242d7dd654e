/** Measures the Java API against llama.cpp's own tools, in turn, on the same machine and model. */
module io.shearling.bench {
    requires com.fasterxml.jackson.core;
    requires io.shearling.runtime;
    requires static transitive org.jspecify;

    exports io.shearling.bench;
}
