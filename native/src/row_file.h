// A file of rows of equal size, read and written by any number of threads.
#ifndef SHEARLING_ROW_FILE_H
#define SHEARLING_ROW_FILE_H

#include <cstdint>
#include <string>

namespace shell {

class RowFile {
public:
    enum class Use { read, write };

    RowFile() = default;
    RowFile(const RowFile &) = delete;
    RowFile & operator=(const RowFile &) = delete;
    ~RowFile() { close(); }

    // Why it cannot be opened, or an empty string. Rows begin at `offset`.
    std::string open(const char * path, Use use, int64_t offset, int64_t row_bytes);

    bool is_open() const { return descriptor >= 0; }

    // The number of the system's error, 0: none; -1: the file ends before the row does.
    int read(int64_t row, void * out) const;
    int write(int64_t row, const void * data) const;

    // What such a number means, with the file's name.
    std::string reason(int error) const;

private:
    int descriptor = -1;
    int64_t begin = 0;
    int64_t bytes = 0;
    std::string name;

    void close();
};

} // namespace shell

#endif
