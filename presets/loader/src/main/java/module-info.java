/** Finds, unpacks and loads Shearling's native libraries, and makes JavaCPP take its glue from the same place. */
module io.shearling.natives {
    requires org.bytedeco.javacpp;
    requires static transitive org.jspecify;

    exports io.shearling.natives;

    uses io.shearling.natives.NativeBundle;
}
