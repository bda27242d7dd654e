package io.shearling.cli;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;

/** The turns of a chat that nobody types: the lines of stdin. Ctrl-C ends the process, as everywhere. */
final class PlainInput implements ChatInput {
    private final InputStream in;
    private int line;

    PlainInput(InputStream in) {
        this.in = new BufferedInputStream(in);
    }

    @Override
    public Turn next() {
        StringBuilder turn = new StringBuilder();
        while (true) {
            byte[] bytes = lineBytes();
            if (bytes.length == 0) {
                return turn.isEmpty() ? new Turn.End() : new Turn.Line(turn.toString());
            }
            line++;
            turn.append(Streams.text(bytes, "line " + line + " on stdin"));
            if (turn.isEmpty() || turn.charAt(turn.length() - 1) != '\\') {
                return new Turn.Line(turn.toString());
            }
            turn.setCharAt(turn.length() - 1, '\n');
        }
    }

    /** A line with its end; empty at the end of the input. */
    private byte[] lineBytes() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            int b = in.read();
            while (b >= 0) {
                bytes.write(b);
                if (b == '\n') {
                    break;
                }
                b = in.read();
            }
            return bytes.toByteArray();
        } catch (IOException e) {
            throw Streams.unreadable(e);
        }
    }

    @Override
    public void onInterrupt(Runnable stop) {}

    @Override
    public void close() {}
}
