package io.shearling.convert.tokenizer;

/**
 * Which of llama.cpp's pre-tokenizers splits a text as this tokenizer does.
 *
 * @param name the name that llama.cpp knows
 * @param basis how it was found
 * @param hash the hash of the check text's tokens, as llama.cpp's converter prints it; empty when it was not needed
 */
public record PreTokenizerId(String name, Basis basis, String hash) {
    /** How a name was found. */
    public enum Basis {
        /** The caller said it. */
        GIVEN,
        /** llama.cpp's table has the hash. */
        HASH,
        /** llama.cpp's table has the hash of the same tokens with others at the beginning and the end. */
        HASH_INSIDE,
        /** The steps of the pre-tokenizer are those of a known one. */
        STRUCTURE,
        /** It cuts texts of many kinds exactly as llama.cpp does under this name. */
        BEHAVIOUR
    }
}
