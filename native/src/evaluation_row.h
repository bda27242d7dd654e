// One token's rows of logits become its scores.
#ifndef SHEARLING_EVALUATION_ROW_H
#define SHEARLING_EVALUATION_ROW_H

#include "evaluation_state.h"

#include <string>
#include <vector>

namespace evaluation {

// A token to score.
struct Token {
    int64_t row; // in the order of the whole text
    int32_t target; // the token that came
    const float * base; // logits, or NULL
    const float * candidate;
};

// Scores tokens with buffers of its own, which are allocated here and nowhere later. One thread.
class RowScorer {
public:
    explicit RowScorer(const shl_evaluation & evaluation_);

    // Fills [SHL_SCORE_COLUMNS]. Of what goes wrong only the fault of the earliest row is kept.
    void score(const Token & token, double * out);

    // The row with the first fault, -1: none.
    int64_t fault_row() const { return first_fault; }

    // "the candidate computes ..."; without chunk.
    std::string fault() const;

    // The status that goes with it.
    shl_status fault_status() const;

private:
    enum class Kind { candidate, base, file, rows };

    const shl_evaluation & evaluation;
    std::vector<uint16_t> stored;
    std::vector<uint8_t> row;
    compact::Scratch scratch;
    int64_t first_fault = -1;
    Kind kind = Kind::candidate;
    const shell::RowFile * file = nullptr;
    int error = 0;

    void keep(int64_t at, Kind what, const shell::RowFile * where = nullptr, int number = 0);
    void compare_rows(const Token & token, score::Row & base, score::Row & candidate, double * out);
    void compare_stored(const Token & token, const score::Row & candidate, double * out);
    void compare_compact(const Token & token, const score::Row & candidate, double * out);
    void write(const Token & token, score::Row & row);
};

} // namespace evaluation

#endif
