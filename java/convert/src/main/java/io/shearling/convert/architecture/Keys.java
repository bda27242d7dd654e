package io.shearling.convert.architecture;

import io.shearling.formats.gguf.GgufArray;
import io.shearling.formats.gguf.GgufBool;
import io.shearling.formats.gguf.GgufFloat;
import io.shearling.formats.gguf.GgufInteger;
import io.shearling.formats.gguf.GgufMetadata;
import io.shearling.formats.gguf.GgufValueType;
import io.shearling.formats.model.FileType;
import java.util.List;
import java.util.Optional;

/** The keys of an output, in the order in which they are first put. */
public final class Keys {
    private final GgufMetadata.Builder metadata;
    private final String prefix;
    private final FileType type;
    private final List<Draft> tensors;
    private final boolean upstream;

    /**
     * Keys that go into metadata.
     *
     * @param type of the weights
     * @param tensors of the output
     * @param upstream whether the keys are to be those of upstream's converter, its known faults included
     */
    public Keys(
            GgufMetadata.Builder metadata, String architecture, FileType type, List<Draft> tensors, boolean upstream) {
        this.metadata = metadata;
        this.type = type;
        this.tensors = List.copyOf(tensors);
        this.upstream = upstream;
        prefix = architecture + ".";
    }

    /** Whether they are to be as upstream's, its known faults included. */
    boolean upstream() {
        return upstream;
    }

    /** The shape of a tensor of the output, in the order of the checkpoint. */
    Optional<List<Long>> shape(String tensor) {
        return tensors.stream()
                .filter(draft -> draft.name().equals(tensor))
                .map(Draft::shape)
                .findFirst();
    }

    private Keys(GgufMetadata.Builder metadata, FileType type, List<Draft> tensors, boolean upstream) {
        this.metadata = metadata;
        this.type = type;
        this.tensors = tensors;
        this.upstream = upstream;
        prefix = "";
    }

    /** The same keys under whole names, which are not below the architecture's. */
    public Keys whole() {
        return new Keys(metadata, type, tensors, upstream);
    }

    /** {@code general.file_type}, which upstream writes among the architecture's keys. */
    public Keys fileType() {
        metadata.put("general.file_type", new GgufInteger(GgufValueType.U32, type.code()));
        return this;
    }

    /** A count or size. */
    public Keys u32(String name, long value) {
        metadata.put(prefix + name, new GgufInteger(GgufValueType.U32, value));
        return this;
    }

    /** A number, rounded once from the double that JSON has. */
    public Keys f32(String name, double value) {
        metadata.put(prefix + name, new GgufFloat(GgufValueType.F32, (float) value));
        return this;
    }

    /** A truth value. */
    public Keys bool(String name, boolean value) {
        metadata.put(prefix + name, new GgufBool(value));
        return this;
    }

    /** A text. */
    public Keys text(String name, String value) {
        metadata.put(prefix + name, value);
        return this;
    }

    /** A list of texts. */
    public Keys texts(String name, List<String> values) {
        metadata.put(prefix + name, GgufArray.ofStrings(values));
        return this;
    }

    /** A list of integers. */
    public Keys i32s(String name, int... values) {
        metadata.put(prefix + name, GgufArray.ofInts(values));
        return this;
    }

    /** A list of numbers. */
    public Keys f32s(String name, float... values) {
        metadata.put(prefix + name, GgufArray.ofFloats(values));
        return this;
    }

    /** A list of truth values. */
    public Keys bools(String name, boolean... values) {
        metadata.put(prefix + name, GgufArray.ofBools(values));
        return this;
    }

    /** A list of texts. */
    public Keys texts(String name, String... values) {
        metadata.put(prefix + name, GgufArray.ofStrings(List.of(values)));
        return this;
    }

    /** A chat template that is asked for by its name. */
    public Keys chatTemplate(String name, String template) {
        metadata.put("tokenizer.chat_template." + name, template);
        metadata.put("tokenizer.chat_templates", GgufArray.ofStrings(List.of(name)));
        return this;
    }
}
