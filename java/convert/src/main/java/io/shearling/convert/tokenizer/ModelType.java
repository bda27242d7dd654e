package io.shearling.convert.tokenizer;

/** The kinds of models of a {@code tokenizer.json}. */
enum ModelType {
    /** Byte pair encoding. */
    BPE("BPE"),
    /** The longest piece first. */
    WORDPIECE("WordPiece"),
    /** The likeliest pieces. */
    UNIGRAM("Unigram");

    private final String label;

    ModelType(String label) {
        this.label = label;
    }

    /** The name in the file. */
    String label() {
        return label;
    }
}
