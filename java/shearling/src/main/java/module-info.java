/**
 * Shearling as a program uses it: {@code io.shearling.runtime}, with the natives of this platform beside it. No code of its
 * own.
 */
module io.shearling {
    requires transitive io.shearling.runtime;
}
