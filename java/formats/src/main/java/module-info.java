/**
 * Model files and tensor formats in plain Java: GGUF and safetensors read, written and compared, tensor types, row encoders and decoders,
 * and the shape of a model as its metadata tells it. Needs no native code.
 */
@SuppressWarnings("module") // recipes is compiled after this
module io.shearling.formats {
    requires static transitive org.jspecify;
    requires transitive com.fasterxml.jackson.core;

    exports io.shearling.formats.diff;
    exports io.shearling.formats.gguf;
    exports io.shearling.formats.json;
    exports io.shearling.formats.model;
    exports io.shearling.formats.output to
            io.shearling.recipes;
    exports io.shearling.formats.preset;
    exports io.shearling.formats.row;
    exports io.shearling.formats.safetensors;
    exports io.shearling.formats.tensor;

    uses io.shearling.formats.row.RowDecoder;
    uses io.shearling.formats.row.RowConverter;
    uses io.shearling.formats.row.RowEncoder;
}
