// JavaCPP's glue hands over to its base library when it is loaded. Ours is a library of its own, loaded before by the
// loader, so that its functions exist once in the process: here is nothing left to do.
#include <jni.h>

extern "C" {

__attribute__((visibility("hidden"))) jint JNICALL JNI_OnLoad_jnijavacpp(JavaVM *, void *) {
    return JNI_VERSION_1_6;
}

__attribute__((visibility("hidden"))) void JNICALL JNI_OnUnload_jnijavacpp(JavaVM *, void *) {}
}
