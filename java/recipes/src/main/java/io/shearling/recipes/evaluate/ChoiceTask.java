package io.shearling.recipes.evaluate;

import java.util.List;

/**
 * A question with several answers, of which a model should find the right one likeliest.
 *
 * @param alternatives two or more, each a text and its end
 * @param right index of the right one
 */
public record ChoiceTask(List<Alternative> alternatives, int right) {
    /**
     * One answer. What is scored is {@code end}, after {@code begin}; the two are joined as they are.
     *
     * @param begin what stands before it, the question; for all alternatives the same, or not
     * @param end what is scored
     */
    public record Alternative(String begin, String end) {
        public Alternative {
            if (end.isEmpty()) {
                throw new IllegalArgumentException("an answer is empty");
            }
        }
    }

    public ChoiceTask {
        alternatives = List.copyOf(alternatives);
        if (alternatives.size() < 2) {
            throw new IllegalArgumentException("there is no choice between fewer than two answers");
        }
        if (right < 0 || right >= alternatives.size()) {
            throw new IllegalArgumentException(
                    "the right answer is number " + right + " of " + alternatives.size() + ", counted from 0");
        }
    }

    /** One question before all answers. */
    static ChoiceTask of(String question, List<String> answers, int right) {
        return new ChoiceTask(
                answers.stream()
                        .map(answer -> new Alternative(question, answer))
                        .toList(),
                right);
    }
}
