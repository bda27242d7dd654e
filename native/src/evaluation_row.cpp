#include "evaluation_row.h"

#include <algorithm>
#include <cmath>

namespace evaluation {

namespace {

// Whether rows as llama-perplexity stores them go through the buffer.
bool needs_stored(const shl_evaluation & evaluation) {
    return evaluation.base_form == SHL_ROWS_STORED || evaluation.written[SHL_ROWS_STORED].is_open()
        || (evaluation.params.stored && evaluation.base);
}

bool needs_compact(const shl_evaluation & evaluation) {
    return evaluation.base_form == SHL_ROWS_COMPACT || evaluation.written[SHL_ROWS_COMPACT].is_open();
}

} // namespace

RowScorer::RowScorer(const shl_evaluation & evaluation_)
    : evaluation(evaluation_),
      stored(needs_stored(evaluation_) ? static_cast<size_t>(score::stored_words(evaluation_.vocabulary)) : 0),
      row(needs_compact(evaluation_) ? static_cast<size_t>(evaluation_.shape.bytes()) : 0),
      scratch(needs_compact(evaluation_) ? evaluation_.vocabulary : 0) {}

void RowScorer::keep(int64_t at, Kind what, const shell::RowFile * where, int number) {
    if (first_fault < 0 || at < first_fault) {
        first_fault = at;
        kind = what;
        file = where;
        error = number;
    }
}

std::string RowScorer::fault() const {
    switch (kind) {
    case Kind::file:
        return "the rows of the base: " + file->reason(error);
    case Kind::rows:
        return "the stored base holds what no base computes; make it again";
    default:
        return std::string(kind == Kind::base ? "the base" : "the candidate")
            + " computes values that are no numbers (NaN or infinity); its file is damaged, or its values are too "
              "large for the way it is stored";
    }
}

shl_status RowScorer::fault_status() const {
    return kind == Kind::candidate || kind == Kind::base ? SHL_NOT_FINITE : SHL_FAILED;
}

void RowScorer::score(const Token & token, double * out) {
    std::fill_n(out, SHL_SCORE_COLUMNS, 0.0);
    const int32_t count = evaluation.vocabulary;
    score::Row candidate;
    if (!score::read(token.candidate, count, candidate)) {
        return keep(token.row, Kind::candidate);
    }
    out[SHL_SCORE_NLL] = score::nll(candidate, token.target);
    if (evaluation.base_form == SHL_ROWS_STORED) {
        compare_stored(token, candidate, out);
    } else if (evaluation.base_form == SHL_ROWS_COMPACT) {
        score::refine(candidate, count);
        compare_compact(token, candidate, out);
    } else if (token.base == nullptr) {
        write(token, candidate);
    } else {
        score::Row base;
        if (!score::read(token.base, count, base)) {
            return keep(token.row, Kind::base);
        }
        score::refine(candidate, count);
        compare_rows(token, base, candidate, out);
        write(token, base);
    }
}

void RowScorer::compare_rows(const Token & token, score::Row & base, score::Row & candidate, double * out) {
    const int32_t count = evaluation.vocabulary;
    out[SHL_SCORE_BASE_NLL] = score::nll(base, token.target);
    out[SHL_SCORE_KL] = score::divergence(base, candidate, count);
    out[SHL_SCORE_SAME_TOP] = base.top == candidate.top ? 1 : 0;
    if (evaluation.params.stored) {
        score::store(base, count, stored.data());
        const auto result = score::compare(stored.data(), candidate, count, token.target);
        out[SHL_SCORE_STORED_NLL] = static_cast<double>(result.nll);
        out[SHL_SCORE_STORED_BASE_NLL] = static_cast<double>(result.base_nll);
        out[SHL_SCORE_STORED_KL] = result.kl;
        out[SHL_SCORE_STORED_SAME_TOP] = result.same_top ? 1 : 0;
        out[SHL_SCORE_STORED_DELTA_P] = static_cast<double>(result.delta_p);
        out[SHL_SCORE_STORED_BOUND] = score::stored_bound(stored.data(), base, candidate, count);
    }
}

void RowScorer::compare_stored(const Token & token, const score::Row & candidate, double * out) {
    if (const int number = evaluation.base_rows.read(token.row, stored.data()); number != 0) {
        return keep(token.row, Kind::file, &evaluation.base_rows, number);
    }
    const auto result = score::compare(stored.data(), candidate, evaluation.vocabulary, token.target);
    if (!std::isfinite(result.kl) || !std::isfinite(result.base_nll)) {
        return keep(token.row, Kind::rows);
    }
    out[SHL_SCORE_STORED_NLL] = static_cast<double>(result.nll);
    out[SHL_SCORE_STORED_BASE_NLL] = static_cast<double>(result.base_nll);
    out[SHL_SCORE_STORED_KL] = result.kl;
    out[SHL_SCORE_STORED_SAME_TOP] = result.same_top ? 1 : 0;
    out[SHL_SCORE_STORED_DELTA_P] = static_cast<double>(result.delta_p);
}

void RowScorer::compare_compact(const Token & token, const score::Row & candidate, double * out) {
    if (const int number = evaluation.base_rows.read(token.row, row.data()); number != 0) {
        return keep(token.row, Kind::file, &evaluation.base_rows, number);
    }
    compact::Compared result;
    if (!compact::compare(row.data(), evaluation.shape, candidate, result)) {
        return keep(token.row, Kind::rows);
    }
    out[SHL_SCORE_BASE_NLL] = result.base_nll;
    out[SHL_SCORE_KL] = result.kl;
    out[SHL_SCORE_KL_BOUND] = result.bound;
    out[SHL_SCORE_KL_VARIANCE] = result.variance;
    out[SHL_SCORE_SAME_TOP] = result.same_top ? 1 : 0;
}

void RowScorer::write(const Token & token, score::Row & base) {
    const int32_t count = evaluation.vocabulary;
    if (const auto & target = evaluation.written[SHL_ROWS_STORED]; target.is_open()) {
        score::store(base, count, stored.data());
        if (const int number = target.write(token.row, stored.data()); number != 0) {
            return keep(token.row, Kind::file, &target, number);
        }
    }
    if (const auto & target = evaluation.written[SHL_ROWS_COMPACT]; target.is_open()) {
        score::refine(base, count);
        compact::store(base, evaluation.shape, token.target, static_cast<uint64_t>(token.row), scratch, row.data());
        if (const int number = target.write(token.row, row.data()); number != 0) {
            return keep(token.row, Kind::file, &target, number);
        }
    }
}

} // namespace evaluation
