/// Revert data in words: which typed error a contract answered, and with which arguments.
#pragma once
#include <map>

#include "thaw/codec/abi_json.hpp"
#include "thaw/protocol/contracts.hpp"

namespace thaw::rpc {

/// The argument whose word stands at `at`, in words; nothing for types that have none (tuples).
std::optional<std::string> argument_text(const codec::AbiParameter& parameter, BytesView arguments,
                                         size_t at);

class ErrorNames {
  public:
    /// Knows Error(string), Panic(uint256) and every error the faces declare.
    explicit ErrorNames(std::span<const protocol::Contract> contracts);

    /// "StakeBelowMinimum(assets=1, minimum=2)"; empty for unknown selectors and arguments that do
    /// not decode.
    std::string reason(BytesView output) const;

  private:
    void learn(std::string_view line);

    std::map<uint32_t, codec::AbiLine> lines_;
};

}  // namespace thaw::rpc
