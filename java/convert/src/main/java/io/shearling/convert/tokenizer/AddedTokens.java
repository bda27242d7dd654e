package io.shearling.convert.tokenizer;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Finds added tokens in a text: the leftmost, and of those that begin there the longest. */
final class AddedTokens {
    /** A letter of the way to some tokens, and the token that ends with it. */
    private static final class Node {
        private final Map<Character, Node> next = new HashMap<>();
        private int token = -1;
    }

    private final Node root = new Node();
    private final List<AddedToken> tokens = new ArrayList<>();

    /** Adds a token that is looked for under a text; the first of two with one text holds. */
    void add(String text, AddedToken token) {
        if (text.isEmpty()) {
            return;
        }
        Node node = root;
        for (int i = 0; i < text.length(); i++) {
            node = node.next.computeIfAbsent(text.charAt(i), letter -> new Node());
        }
        if (node.token < 0) {
            node.token = tokens.size();
            tokens.add(token);
        }
    }

    /** A part of a text: a token, or -1 for what lies between them. */
    record Found(int start, int end, int id) {}

    /** The whole text in order. */
    List<Found> find(String text) {
        List<Found> found = new ArrayList<>();
        int last = 0;
        int at = 0;
        while (at < text.length() && !tokens.isEmpty()) {
            int end = longest(text, at);
            if (end < 0) {
                at++;
                continue;
            }
            AddedToken token = tokens.get(node(text, at, end).token);
            if (token.singleWord() && touches(text, at, end)) {
                at = end;
                continue;
            }
            int start = token.lstrip() ? Math.max(last, whiteBefore(text, at)) : at;
            int stop = token.rstrip() ? whiteBehind(text, end) : end;
            if (last < start) {
                found.add(new Found(last, start, -1));
            }
            found.add(new Found(start, stop, token.id()));
            last = stop;
            at = stop;
        }
        if (last < text.length()) {
            found.add(new Found(last, text.length(), -1));
        }
        return found;
    }

    private int longest(String text, int start) {
        Node node = root;
        int end = -1;
        for (int i = start; i < text.length(); i++) {
            Node next = node.next.get(text.charAt(i));
            if (next == null) {
                break;
            }
            node = next;
            if (node.token >= 0) {
                end = i + 1;
            }
        }
        return end;
    }

    private Node node(String text, int start, int end) {
        Node node = root;
        for (int i = start; i < end; i++) {
            node = node.next.getOrDefault(text.charAt(i), root);
        }
        return node;
    }

    private static boolean touches(String text, int start, int end) {
        return (start > 0 && Letters.word(text.codePointBefore(start)))
                || (end < text.length() && Letters.word(text.codePointAt(end)));
    }

    private static int whiteBefore(String text, int start) {
        int at = start;
        while (at > 0 && Letters.white(text.charAt(at - 1))) {
            at--;
        }
        return at;
    }

    private static int whiteBehind(String text, int end) {
        int at = end;
        while (at < text.length() && Letters.white(text.charAt(at))) {
            at++;
        }
        return at;
    }
}
