// A plug-in of another ggml: it calls what this one does not have.
extern "C" void * ggml_backend_of_another_release();
extern "C" __attribute__((visibility("default"))) void * ggml_backend_init();

void * ggml_backend_init() {
    return ggml_backend_of_another_release();
}
