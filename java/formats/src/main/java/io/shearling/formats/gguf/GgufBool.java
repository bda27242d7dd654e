package io.shearling.formats.gguf;

/**
 * A boolean value.
 *
 * @param value true or false; in the file every byte but 0 is true
 */
public record GgufBool(boolean value) implements GgufValue {
    @Override
    public GgufValueType type() {
        return GgufValueType.BOOL;
    }

    @Override
    public String toString() {
        return Boolean.toString(value);
    }
}
