/** JavaCPP's binding of Shearling's native core: one static method for each function of its headers. */
module io.shearling.core {
    requires io.shearling.natives;
    requires transitive org.bytedeco.javacpp;
    requires static transitive org.jspecify;

    exports io.shearling.core;
    exports io.shearling.core.presets to
            org.bytedeco.javacpp;
}
