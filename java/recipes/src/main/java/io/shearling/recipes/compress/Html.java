package io.shearling.recipes.compress;

import java.util.List;
import java.util.Locale;

/** Pieces of a page. What comes from files and recipes passes through {@link #text}. */
final class Html {
    private Html() {}

    /** A text as it is to be read, whatever it has in it. */
    static String text(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;")
                .replace("'", "&#39;");
    }

    /** A number with so many digits that count. */
    static String number(double value, int digits) {
        if (!Double.isFinite(value)) {
            return Double.toString(value);
        }
        if (value == 0) {
            return "0";
        }
        int magnitude = (int) Math.floor(Math.log10(Math.abs(value)));
        return String.format(Locale.ROOT, "%." + Math.max(0, digits - 1 - magnitude) + "f", value);
    }

    /** Bytes in megabytes. */
    static String megabytes(long bytes) {
        return String.format(Locale.ROOT, "%.1f MB", bytes / 1e6);
    }

    /** A table that scrolls by itself where the page is narrow. Cells are HTML already. */
    static String table(List<String> head, List<List<String>> rows) {
        StringBuilder table = new StringBuilder("<div class=\"wide\"><table><thead><tr>");
        head.forEach(cell -> table.append("<th>").append(cell).append("</th>"));
        table.append("</tr></thead><tbody>");
        for (List<String> row : rows) {
            table.append("<tr>");
            row.forEach(cell -> table.append("<td>").append(cell).append("</td>"));
            table.append("</tr>");
        }
        return table.append("</tbody></table></div>\n").toString();
    }
}
