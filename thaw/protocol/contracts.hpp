/// The address book: which native contract lives where, and what it speaks.
#pragma once
#include <optional>
#include <string>

#include "thaw/protocol/context.hpp"

namespace thaw::protocol {

/// One native contract as clients see it.
struct Contract {
    std::string name;     ///< "bnb.liquid"
    std::string kind;     ///< "liquid"
    std::string network;  ///< "bnb", or empty for those of the whole hub
    Address address;
    std::string symbol;  ///< of tokens, else empty
    unsigned decimals = 0;
    codec::FaceText face;
};

/// Every native contract of this state, in a fixed order.
std::vector<Contract> contracts(const State& state);

/// What contracts that come into being while the hub runs may speak: one face for each kind.
std::span<const codec::FaceText> issued_faces();

/// What eth_getCode answers: 0x60006000fd and the address as suffix for a native contract, empty
/// elsewhere and before a token is listed.
Bytes code_at(const State& state, const Address& address);
bool is_contract(const State& state, const Address& address);

}  // namespace thaw::protocol
