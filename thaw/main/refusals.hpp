/// A contract's refusal as a sentence with amounts and times, rather than a selector with words.
#pragma once
#include "thaw/base/types.hpp"
#include "thaw/main/tokens.hpp"

namespace thaw::cli {

/// `symbol` and `decimals` are of what the command was about: errors carry bare numbers.
std::string refusal_text(BytesView revert_data, std::string_view symbol, unsigned decimals);

}  // namespace thaw::cli
