package io.shearling.testkit.text;

/**
 * A document of a corpus.
 *
 * @param name unique in the corpus; decides the part, and the place in it
 * @param text plain prose, paragraphs with an empty line between them
 */
record Document(String name, String text) {}
