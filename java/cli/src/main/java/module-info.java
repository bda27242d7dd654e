/** The command {@code shearling}. */
module io.shearling.cli {
    requires com.fasterxml.jackson.core;
    requires info.picocli;
    requires io.shearling.bench;
    requires io.shearling.convert;
    requires io.shearling.formats;
    requires io.shearling.hub;
    requires io.shearling.recipes;
    requires io.shearling.runtime;
    requires me.tongfei.progressbar;
    requires org.jline.reader;
    requires org.jline.terminal;
    requires static transitive org.jspecify;
    requires transitive java.logging;

    exports io.shearling.cli;

    opens io.shearling.cli to
            info.picocli;
}
