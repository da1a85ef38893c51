/// Calls as people write them, "networks.setFee bnb 900": a contract by name, a verb by name, its
/// arguments in words; by the ABIs that the node publishes.
#pragma once
#include "thaw/main/session.hpp"

namespace thaw::cli {

struct SpokenCall {
    Address target;
    Bytes payload;
};
/// Reads one against what `thaw_contracts` answers. Arguments are numbers, addresses, "true" or
/// "false", words of text in quotes, and lists with commas; where a network is asked for, its name
/// does too. Throws Failure (usage) that says what was expected.
SpokenCall spoken_call(const json::array& contracts, std::string_view text);

}  // namespace thaw::cli
