/** JavaCPP's binding of llama.cpp and ggml as their own headers have them, for people who need the metal. */
module io.shearling.llama {
    requires io.shearling.natives;
    requires transitive org.bytedeco.javacpp;
    requires static transitive org.jspecify;

    exports io.shearling.llama;
    exports io.shearling.llama.presets to
            org.bytedeco.javacpp;
}
