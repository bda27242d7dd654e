// The whole of Shearling's native core.
#ifndef SHEARLING_H
#define SHEARLING_H

#include "backend.h"
#include "chat.h"
#include "context.h"
#include "evaluate.h"
#include "log.h"
#include "machine.h"
#include "model.h"
#include "product.h"
#include "rounding.h"
#include "rows.h"
#include "sampler.h"
#include "statistics.h"
#include "status.h"
#include "tokenizer.h"

#endif
