// The headers are C: they compile here on their own, each a second time without harm, and a C program links against
// them.
#include "shearling/backend.h"
#include "shearling/chat.h"
#include "shearling/context.h"
#include "shearling/evaluate.h"
#include "shearling/log.h"
#include "shearling/machine.h"
#include "shearling/model.h"
#include "shearling/product.h"
#include "shearling/rounding.h"
#include "shearling/rows.h"
#include "shearling/sampler.h"
#include "shearling/shearling.h"
#include "shearling/statistics.h"
#include "shearling/status.h"
#include "shearling/tokenizer.h"

int main(void) {
    struct shl_context_params params;
    shl_context_params_default(&params);
    return shl_version() == SHL_VERSION && params.sequence_count == 1 && *shl_last_error() == '\0' ? 0 : 1;
}
