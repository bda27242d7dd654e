package io.shearling.convert.export;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;

/**
 * The merges of a SentencePiece vocabulary: each way to make a token of two others, the highest score first, as transformers has
 * it ({@code generate_merges}).
 */
final class PieceMerges {
    private final TokenList tokens;
    private final Integer[] order;
    private final int[] left;
    private final int[] right;

    private PieceMerges(TokenList tokens, Integer[] order, int[] left, int[] right) {
        this.tokens = tokens;
        this.order = order;
        this.left = left;
        this.right = right;
    }

    static PieceMerges of(TokenList tokens) {
        Map<String, Integer> ids = new HashMap<>(2 * tokens.size());
        tokens.forEach(id -> ids.put(tokens.text(id), id));
        int[] left = new int[Math.max(16, tokens.size())];
        int[] right = new int[left.length];
        int[] result = new int[left.length];
        int count = 0;
        for (int id = 0; id < tokens.size(); id++) {
            String text = tokens.text(id);
            int first = count;
            for (int cut = 1; cut < text.length() && mergeable(tokens, id); cut++) {
                Integer head = ids.get(text.substring(0, cut));
                Integer tail = head == null ? null : ids.get(text.substring(cut));
                if (head != null && tail != null) {
                    if (count == left.length) {
                        left = Arrays.copyOf(left, 2 * count);
                        right = Arrays.copyOf(right, 2 * count);
                        result = Arrays.copyOf(result, 2 * count);
                    }
                    int place = count++;
                    while (place > first && left[place - 1] > head) {
                        left[place] = left[place - 1];
                        right[place] = right[place - 1];
                        place--;
                    }
                    left[place] = head;
                    right[place] = tail;
                    result[count - 1] = id;
                }
            }
        }
        return new PieceMerges(tokens, sorted(tokens, left, right, result, count), left, right);
    }

    /** What is cut out before, and what stands for bytes, is made of no others. */
    private static boolean mergeable(TokenList tokens, int id) {
        return tokens.type(id) == TokenList.NORMAL || tokens.type(id) == TokenList.USER_DEFINED;
    }

    private static Integer[] sorted(TokenList tokens, int[] left, int[] right, int[] result, int count) {
        int[] lengths = new int[tokens.size()];
        Arrays.setAll(
                lengths, id -> tokens.text(id).codePointCount(0, tokens.text(id).length()));
        Integer[] order = new Integer[count];
        Arrays.setAll(order, i -> i);
        Arrays.sort(
                order,
                Comparator.<Integer>comparingDouble(i -> -tokens.score(result[i]))
                        .thenComparingInt(i -> -lengths[left[i]])
                        .thenComparingInt(i -> -lengths[right[i]]));
        return order;
    }

    void write(JsonGenerator json) throws IOException {
        json.writeStartArray();
        for (int i : order) {
            json.writeStartArray();
            json.writeString(tokens.text(left[i]));
            json.writeString(tokens.text(right[i]));
            json.writeEndArray();
        }
        json.writeEndArray();
    }
}
