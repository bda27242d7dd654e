// A thread with a large stack, for parsers that recurse: templates and grammars come from files and from users, and a
// thread of the caller may have a stack of less than a megabyte.
#ifndef SHEARLING_DEEP_H
#define SHEARLING_DEEP_H

#include <cstddef>
#include <functional>
#include <string_view>

namespace shell {

constexpr size_t DEEP_STACK = size_t{256} << 20; // address space only: pages come when they are touched

// Runs the work in a thread of its own with a large stack and waits. What the work throws is thrown here.
void run_deep(const std::function<void()> & work, size_t stack_bytes = DEEP_STACK);

// How deeply brackets of any kind are nested in text; with `quotes`, brackets inside of "..." do not count.
int bracket_depth(std::string_view text, bool quotes);

// How deeply the parentheses of a GBNF grammar are nested: as upstream's parser sees them, so not those in literals,
// character classes, tokens and comments.
int grammar_depth(std::string_view text);

} // namespace shell

#endif
