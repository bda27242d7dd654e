#ifndef SHEARLING_ARGMAX_H
#define SHEARLING_ARGMAX_H

#include <cstdint>

namespace shell {

// Index of the largest value, of equal ones the first. A NaN never wins; 0 when nothing but NaN is there.
int32_t argmax(const float * values, int32_t count);

} // namespace shell

#endif
