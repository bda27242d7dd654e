/**
 * Runs GGUF models inside a Java program: load, chat, stream, embed. Begin with {@link io.shearling.runtime.Model}.
 *
 * @provides io.shearling.formats.row.RowEncoder every tensor type, by native kernels
 * @provides io.shearling.formats.row.RowDecoder every tensor type, by native kernels
 * @provides io.shearling.formats.row.RowConverter plain types and q8_0, by native kernels
 */
@SuppressWarnings("module") // recipes is compiled after this
module io.shearling.runtime {
    requires static jdk.jfr; // events where it is there
    requires static transitive org.jspecify;
    requires transitive io.shearling.formats;
    requires com.fasterxml.jackson.core;
    requires io.shearling.core;
    requires io.shearling.natives;
    requires org.bytedeco.javacpp;

    exports io.shearling.runtime;
    exports io.shearling.runtime.diagnosis;
    exports io.shearling.runtime.error;
    exports io.shearling.runtime.measure to
            io.shearling.recipes;
    exports io.shearling.runtime.sampling;

    provides io.shearling.formats.row.RowEncoder with
            io.shearling.runtime.bridge.NativeRowEncoder;
    provides io.shearling.formats.row.RowDecoder with
            io.shearling.runtime.bridge.NativeRowDecoder;
    provides io.shearling.formats.row.RowConverter with
            io.shearling.runtime.bridge.NativeRowConverter;
}
