// A library that is no plug-in.
extern "C" int wool();

int wool() {
    return 1;
}
