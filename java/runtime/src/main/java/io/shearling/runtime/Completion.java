package io.shearling.runtime;

/**
 * A whole reply.
 *
 * @param text all of it
 * @param reason why it ended
 * @param usage tokens
 * @param timings time
 */
public record Completion(String text, FinishReason reason, Usage usage, Timings timings) {}
