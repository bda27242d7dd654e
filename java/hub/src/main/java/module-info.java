/** Finds a model by name, path or hub address and puts its file into the cache. */
module io.shearling.hub {
    requires com.fasterxml.jackson.core;
    requires java.net.http;
    requires static transitive org.jspecify;

    exports io.shearling.hub;
}
