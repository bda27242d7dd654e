/** The native libraries for one platform, as resources. Nothing here is for callers: the loader finds it as a service. */
module io.shearling.platform {
    requires io.shearling.natives;
    requires static transitive org.jspecify;

    provides io.shearling.natives.NativeBundle with
            io.shearling.platform.PlatformBundle;
}
