#include "row_file.h"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <unistd.h>

namespace shell {

std::string RowFile::open(const char * path, Use use, int64_t offset, int64_t row_bytes) {
    close();
    name = path;
    begin = offset;
    bytes = row_bytes;
    descriptor = ::open(path, (use == Use::read ? O_RDONLY : O_WRONLY) | O_CLOEXEC);
    return descriptor < 0 ? reason(errno) : "";
}

void RowFile::close() {
    if (descriptor >= 0) {
        ::close(descriptor);
        descriptor = -1;
    }
}

int RowFile::read(int64_t row, void * out) const {
    auto * to = static_cast<char *>(out);
    int64_t place = begin + row * bytes;
    for (const int64_t end = place + bytes; place < end;) {
        const auto count = ::pread(descriptor, to, static_cast<size_t>(end - place), place);
        if (count <= 0 && !(count < 0 && errno == EINTR)) {
            return count == 0 ? -1 : errno;
        }
        if (count > 0) {
            place += count;
            to += count;
        }
    }
    return 0;
}

int RowFile::write(int64_t row, const void * data) const {
    const auto * from = static_cast<const char *>(data);
    int64_t place = begin + row * bytes;
    for (const int64_t end = place + bytes; place < end;) {
        const auto count = ::pwrite(descriptor, from, static_cast<size_t>(end - place), place);
        if (count < 0 && errno != EINTR) {
            return errno;
        }
        if (count > 0) {
            place += count;
            from += count;
        }
    }
    return 0;
}

std::string RowFile::reason(int error) const {
    return name + ": " + (error < 0 ? "the file ends too early" : std::strerror(error));
}

} // namespace shell
