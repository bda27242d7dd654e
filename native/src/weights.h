#ifndef SHEARLING_WEIGHTS_H
#define SHEARLING_WEIGHTS_H

#include <cstdint>

namespace score {

// e^(logit - top) in double precision, to the last bit or two, for logits that are no larger than top; what is smaller
// than e^-708 of it is 0. The same bits on every processor.
void weigh(const float * logits, float top, int32_t count, double * out);

} // namespace score

#endif
