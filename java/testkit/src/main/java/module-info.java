/** What tests of the runtime and of modules above it share: tiny models, contract tests, leak check, reference tools. */
module io.shearling.testkit {
    requires static transitive org.jspecify;
    requires transitive io.shearling.formats;
    requires transitive io.shearling.runtime;
    requires transitive org.assertj.core;
    requires transitive org.junit.jupiter.api;
    requires com.fasterxml.jackson.core;
    requires io.shearling.core;
    requires io.shearling.hub;
    requires io.shearling.natives;
    requires java.net.http;
    requires org.bytedeco.javacpp;

    exports io.shearling.testkit;
    exports io.shearling.testkit.fixture;
    exports io.shearling.testkit.reference;
    exports io.shearling.testkit.text;
}
