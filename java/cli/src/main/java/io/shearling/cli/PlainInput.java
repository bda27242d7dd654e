package io.shearling.cli;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;

/** The turns of a chat that nobody types: the lines of stdin. Ctrl-C ends the process, as everywhere. */
final class PlainInput implements ChatInput {
    private final InputStream in;

    /** What came last; from {@code from} to {@code to} nobody has had it yet. */
    private final byte[] block = new byte[1 << 13];

    private int from;
    private int to;
    private int line;

    PlainInput(InputStream in) {
        this.in = in;
    }

    @Override
    public Turn next() {
        StringBuilder turn = new StringBuilder();
        int room = Streams.MOST_BYTES;
        while (true) {
            String where = "line " + (line + 1) + " on stdin";
            byte[] bytes = lineBytes(room, where);
            if (bytes.length == 0) {
                return turn.isEmpty() ? new Turn.End() : new Turn.Line(turn.toString());
            }
            line++;
            room -= bytes.length;
            turn.append(Streams.text(bytes, where));
            if (turn.isEmpty() || turn.charAt(turn.length() - 1) != '\\') {
                return new Turn.Line(turn.toString());
            }
            turn.setCharAt(turn.length() - 1, '\n');
        }
    }

    /** A line with its end; empty at the end of the input. */
    private byte[] lineBytes(int room, String where) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            boolean ended = false;
            while (!ended && (from < to || fill())) {
                int end = from;
                while (end < to && !ended) {
                    ended = block[end++] == '\n';
                }
                bytes.write(block, from, end - from);
                from = end;
                if (bytes.size() > room) {
                    throw Streams.tooMuch(where);
                }
            }
            return bytes.toByteArray();
        } catch (IOException e) {
            throw Streams.unreadable(e);
        }
    }

    private boolean fill() throws IOException {
        from = 0;
        to = in.read(block);
        return to > 0;
    }

    @Override
    public void onInterrupt(Runnable stop) {}

    @Override
    public void close() {}
}
