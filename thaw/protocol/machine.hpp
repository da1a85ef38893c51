/// The judge: the transition function, the address book and the invariants. Pure: the same state,
/// block and command always give the same state and receipt.
#pragma once
#include "thaw/codec/transaction.hpp"
#include "thaw/protocol/contracts.hpp"
#include "thaw/protocol/invariant.hpp"
#include "thaw/protocol/state.hpp"

namespace thaw::protocol {

/// A transaction whose signer is known: the only thing that reaches the machine from outside.
struct Command {
    Address sender;
    uint64_t nonce = 0;
    Address to;
    Assets value;  ///< wei of the native coin
    Bytes data;
    uint64_t gas_limit = 0;
    u128 gas_price = 0;  ///< effective price, wei per gas
    uint64_t access_list_gas = 0;
};

struct Receipt {
    bool success = false;
    uint64_t gas_used = 0;
    Bytes output;  ///< the return value, or the revert data
    std::vector<codec::Log> logs;
};

/// Why a command cannot be part of a block now. Ordered from cheap to dear.
enum class Unfit {
    intrinsic_gas_too_low,
    nonce_too_low,
    nonce_too_high,
    insufficient_funds,
};

/// Gas that a transaction costs before its verb runs: 21,000 and 16 (4) per non-zero (zero) byte of
/// data (EIP-2028).
uint64_t intrinsic_gas(BytesView data);
/// What an access list adds to that: 2,400 for an address and 1,900 for a key (EIP-2930). Nothing
/// is cheaper for it here.
uint64_t access_list_gas(std::span<const codec::AccessListEntry> list);

/// The reason why the command cannot be applied to this state, or nothing.
std::optional<Unfit> unfit(const State& state, const Command& command);

/// Applies one command. Requires `!unfit(state, command)`. A refused command changes only the nonce
/// and the fee. When `trace` is given, every call is recorded there in pre-order.
Receipt apply(State& state, const Block& block, const Command& command,
              std::vector<CallFrame>* trace = nullptr);

/// The same, or the reason why it cannot be applied; then nothing has changed.
tl::expected<Receipt, Unfit> apply_if_fit(State& state, const Block& block, const Command& command,
                                          std::vector<CallFrame>* trace = nullptr);

/// Runs a command without nonce, fee or balance checks for gas: eth_call and eth_estimateGas on a
/// fork. Edits stay in `state`.
Receipt simulate(State& state, const Block& block, const Command& command,
                 std::vector<CallFrame>* trace = nullptr);

/// Every sentence of every module, in a fixed order.
std::span<const Invariant> invariants();
/// The first invariant that does not hold, or nothing.
std::optional<std::string_view> broken_invariant(const State& state, const Block& block);

}  // namespace thaw::protocol
