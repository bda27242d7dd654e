package io.shearling.convert.tokenizer;

/** What a token of a GGUF file is; the codes are those of the file. */
enum TokenType {
    NORMAL(1),
    UNKNOWN(2),
    CONTROL(3),
    USER_DEFINED(4),
    UNUSED(5),
    BYTE(6);

    private final int code;

    TokenType(int code) {
        this.code = code;
    }

    /** The number in the file. */
    int code() {
        return code;
    }
}
