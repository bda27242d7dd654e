/** The command {@code shearling}. */
module io.shearling.cli {
    requires com.fasterxml.jackson.core;
    requires info.picocli;
    requires io.shearling.bench;
    requires io.shearling.formats;
    requires io.shearling.hub;
    requires io.shearling.runtime;
    requires java.logging;
    requires static transitive org.jspecify;
    requires me.tongfei.progressbar;

    exports io.shearling.cli;

    opens io.shearling.cli to
            info.picocli;
}
