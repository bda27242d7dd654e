package io.shearling.convert.tokenizer;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** What becomes of the matches of a split. */
enum SplitBehavior {
    /** They go. */
    REMOVED("Removed"),
    /** Each is a piece. */
    ISOLATED("Isolated"),
    /** Each ends the piece before it. */
    MERGED_WITH_PREVIOUS("MergedWithPrevious"),
    /** Each begins the piece behind it. */
    MERGED_WITH_NEXT("MergedWithNext"),
    /** Those side by side are one piece. */
    CONTIGUOUS("Contiguous");

    private final String label;

    SplitBehavior(String label) {
        this.label = label;
    }

    /** The behaviour that a step names. */
    static SplitBehavior of(JsonPart step, SplitBehavior otherwise) {
        String name = step.findText("behavior").orElse(otherwise.label);
        for (SplitBehavior behavior : values()) {
            if (behavior.label.equals(name)) {
                return behavior;
            }
        }
        throw step.fault("has the unknown behaviour \"" + Shown.of(name) + "\"");
    }

    /** The pieces of a text, none empty. */
    List<Piece> split(Piece piece, List<Span> spans) {
        List<Piece> pieces = new ArrayList<>();
        for (Span span : joined(spans)) {
            if (span.end() > span.start() && !(this == REMOVED && span.match())) {
                pieces.add(new Piece(
                        piece.text().substring(span.start(), span.end()), piece.first() && span.start() == 0));
            }
        }
        return pieces;
    }

    private List<Span> joined(List<Span> spans) {
        return switch (this) {
            case REMOVED, ISOLATED -> spans;
            case CONTIGUOUS -> contiguous(spans);
            case MERGED_WITH_PREVIOUS -> withPrevious(spans);
            case MERGED_WITH_NEXT -> withNext(spans);
        };
    }

    private static List<Span> contiguous(List<Span> spans) {
        List<Span> joined = new ArrayList<>();
        for (Span span : spans) {
            int last = joined.size() - 1;
            if (last >= 0 && joined.get(last).match() == span.match()) {
                joined.set(last, new Span(joined.get(last).start(), span.end(), span.match()));
            } else {
                joined.add(span);
            }
        }
        return joined;
    }

    private static List<Span> withPrevious(List<Span> spans) {
        List<Span> joined = new ArrayList<>();
        boolean afterMatch = false;
        for (Span span : spans) {
            int last = joined.size() - 1;
            if (span.match() && !afterMatch && last >= 0) {
                joined.set(last, new Span(joined.get(last).start(), span.end(), false));
            } else {
                joined.add(new Span(span.start(), span.end(), false));
            }
            afterMatch = span.match();
        }
        return joined;
    }

    private static List<Span> withNext(List<Span> spans) {
        List<Span> joined = new ArrayList<>();
        boolean beforeMatch = false;
        for (int i = spans.size() - 1; i >= 0; i--) {
            Span span = spans.get(i);
            int last = joined.size() - 1;
            if (span.match() && !beforeMatch && last >= 0) {
                joined.set(last, new Span(span.start(), joined.get(last).end(), false));
            } else {
                joined.add(new Span(span.start(), span.end(), false));
            }
            beforeMatch = span.match();
        }
        Collections.reverse(joined);
        return joined;
    }
}
