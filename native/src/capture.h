// Where the lines of llama.cpp's log go: to the queue of log.h, and to whoever wants to know why a call failed.
#ifndef SHEARLING_CAPTURE_H
#define SHEARLING_CAPTURE_H

#include <string>
#include <vector>

namespace shell {

// Collects what this thread logs while it lives. llama.cpp reports many failures only there.
class Capture {
public:
    // Lines go on to the queue: at once, or, where they may be dropped, at the end.
    enum class Lines { passed_on, held_back };

    explicit Capture(Lines lines = Lines::passed_on) noexcept;
    ~Capture();
    Capture(const Capture &) = delete;
    Capture & operator=(const Capture &) = delete;

    // The reason of a failure in one line: the text behind the last `marker` in an error line; without one, the first
    // error, else the last line of any level; `otherwise` when nothing was logged.
    std::string reason(const char * marker, const char * otherwise) const;

    // Takes back what was held: llama.cpp warns of a step that was stopped because it was told to stop.
    void drop() { lines.clear(); }

private:
    friend bool capture_line(int level, const std::string & line);

    struct Line {
        int level;
        std::string text;
    };

    std::vector<Line> lines;
    Capture * outer;
    bool held_back;
};

// Sends the log of llama.cpp and ggml to us. Done when the library is loaded.
void install_log() noexcept;

} // namespace shell

#endif
