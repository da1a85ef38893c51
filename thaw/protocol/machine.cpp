#include "thaw/protocol/machine.hpp"

#include "thaw/protocol/dispatch.hpp"
#include "thaw/protocol/oracle/face.hpp"

namespace thaw::protocol {
namespace {

// Gas is a fixed price list, not a measurement: what a verb costs does not depend on how it is
// programmed.
constexpr uint64_t gas_per_transaction = 21'000;
constexpr uint64_t gas_per_zero_byte = 4;
constexpr uint64_t gas_per_byte = 16;
constexpr uint64_t gas_per_listed_address = 2'400;
constexpr uint64_t gas_per_listed_key = 1'900;
constexpr uint64_t gas_per_call = 30'000;
constexpr uint64_t gas_per_log = 2'000;

struct InsufficientEther {
    static constexpr std::string_view abi =
        "InsufficientEther(address sender, uint256 balance, uint256 needed)";
    Address sender;
    Assets balance;
    Assets needed;
};
struct NoContractAtAddress {
    static constexpr std::string_view abi = "NoContractAtAddress(address target)";
    Address target;
};
struct OutOfGas {
    static constexpr std::string_view abi = "OutOfGas(uint256 limit)";
    codec::Number limit;
};

Result<Bytes> out_of_gas(const Execution& execution) {
    return fail(OutOfGas{codec::Number{execution.gas_limit}});
}

/// Moves the value along and runs the verb, if there is one.
Result<Bytes> run(Execution& execution, const Address& from, const Address& to, Assets value,
                  BytesView data) {
    Call call{execution, to, from, value};
    if (!value.is_zero()) {
        const Assets balance = token::held(call, token::user_account(eth, from));
        if (balance < value) return fail(InsufficientEther{from, balance, value});
        token::post(call, token::user_account(eth, from), token::user_account(eth, to), value);
    }
    if (!is_contract(*execution.state, to)) {
        if (data.empty() || execution.depth == 1) return Bytes{};  // as a call to a plain account
        return fail(NoContractAtAddress{to});
    }
    execution.gas_used += gas_per_call;
    // A call inside another is refused before it runs, too: an offer of gas bounds the work that it
    // can cause.
    if (execution.depth > 1 && execution.gas_used > execution.gas_limit)
        return out_of_gas(execution);
    return dispatch(call, data);
}

/// One call with its own undo: what it did is taken back when it is refused.
Result<Bytes> guarded(Execution& execution, const Address& from, const Address& to, Assets value,
                      BytesView data) {
    const auto mark = execution.state->checkpoint();
    const size_t logs = execution.logs.size();
    const uint64_t gas_before = execution.gas_used;
    const size_t frame = execution.trace == nullptr ? 0 : execution.trace->size();
    if (execution.trace != nullptr)
        execution.trace->push_back({.depth = execution.depth,
                                    .from = from,
                                    .to = to,
                                    .value = value,
                                    .input = Bytes(data.begin(), data.end())});
    ++execution.depth;
    Result<Bytes> result = run(execution, from, to, value, data);
    --execution.depth;
    if (result && execution.depth == 0) execution.gas_used += execution.logs.size() * gas_per_log;
    if (result && execution.gas_used > execution.gas_limit) result = out_of_gas(execution);
    if (!result) {
        execution.state->rollback(mark);
        execution.logs.resize(logs);
    }
    if (execution.trace != nullptr) {
        CallFrame& seen = (*execution.trace)[frame];
        seen.success = result.has_value();
        seen.output = result ? *result : result.error().data;
        seen.gas_used = execution.gas_used - gas_before;
    }
    return result;
}

Receipt execute(State& state, const Block& block, const Command& command, uint64_t intrinsic,
                std::vector<CallFrame>* trace) {
    Execution execution{.state = &state,
                        .block = block,
                        .origin = command.sender,
                        .gas_used = intrinsic,
                        .gas_limit = command.gas_limit,
                        .trace = trace,
                        .dispatch = &guarded};
    Result<Bytes> result =
        guarded(execution, command.sender, command.to, command.value, command.data);
    const bool success = result.has_value();
    return {.success = success,
            .gas_used = std::min(execution.gas_used, command.gas_limit),
            .output = success ? *std::move(result) : std::move(result).error().data,
            .logs = std::move(execution.logs)};
}

/// What it costs before its verb runs.
uint64_t gas_before(const Command& command) {
    return intrinsic_gas(command.data) + command.access_list_gas;
}

/// The most a command can cost: gas at its price, and the value. Nothing when it does not fit.
std::optional<u128> cost_max(const Command& command) {
    const Wide fee = wide_mul(command.gas_limit, command.gas_price);
    return fee.high == 0 ? checked_add(fee.low, command.value.value) : std::nullopt;
}

std::optional<Unfit> unfit(const State& state, const Command& command, uint64_t intrinsic) {
    if (command.gas_limit < intrinsic) return Unfit::intrinsic_gas_too_low;
    const uint64_t expected = state.accounts.accounts.get(command.sender).nonce;
    if (command.nonce < expected) return Unfit::nonce_too_low;
    if (command.nonce > expected) return Unfit::nonce_too_high;
    const Assets balance = state.token.balances.get(token::user_account(eth, command.sender));
    const auto cost = cost_max(command);
    if (!cost || balance.value < *cost) return Unfit::insufficient_funds;
    return std::nullopt;
}

}  // namespace

uint64_t intrinsic_gas(BytesView data) {
    constexpr uint64_t low = 0x7f7f7f7f7f7f7f7f;
    constexpr uint64_t ones = 0x0101010101010101;
    uint64_t filled_count = 0;
    size_t at = 0;
    for (; at + 8 <= data.size(); at += 8) {
        uint64_t word = 0;
        std::memcpy(&word, &data[at], sizeof word);
        // The highest bit of each byte that is not zero; then their number.
        const uint64_t filled = (((word & low) + low) | word) & ~low;
        filled_count += ((filled >> 7) * ones) >> 56;
    }
    for (; at < data.size(); ++at) filled_count += data[at] == 0 ? 0 : 1;
    return gas_per_transaction + filled_count * gas_per_byte +
           (data.size() - filled_count) * gas_per_zero_byte;
}

uint64_t access_list_gas(std::span<const codec::AccessListEntry> list) {
    uint64_t gas = 0;
    for (const codec::AccessListEntry& entry : list)
        gas += gas_per_listed_address + gas_per_listed_key * entry.storage_keys.size();
    return gas;
}

std::optional<Unfit> unfit(const State& state, const Command& command) {
    return unfit(state, command, gas_before(command));
}

Receipt apply(State& state, const Block& block, const Command& command,
              std::vector<CallFrame>* trace) {
    auto receipt = apply_if_fit(state, block, command, trace);
    THAW_ASSERT(receipt);
    return *std::move(receipt);
}

tl::expected<Receipt, Unfit> apply_if_fit(State& state, const Block& block, const Command& command,
                                          std::vector<CallFrame>* trace) {
    const uint64_t intrinsic = gas_before(command);
    if (const auto reason = unfit(state, command, intrinsic)) return tl::unexpected(*reason);
    Execution fees{.state = &state, .block = block};
    Call call{fees, {}, command.sender, {}};
    const Assets most{command.gas_price * command.gas_limit};  // fits: cost_max() said so

    state.accounts.accounts.edit(command.sender, [](accounts::Account& a) { ++a.nonce; });
    token::prepay_gas(call, command.sender, most);
    Receipt receipt = execute(state, block, command, intrinsic, trace);
    token::settle_gas(call, command.sender, state.networks.hub.get(0).treasury, most,
                      Assets{command.gas_price * receipt.gas_used});
    return receipt;
}

Receipt simulate(State& state, const Block& block, const Command& command,
                 std::vector<CallFrame>* trace) {
    return execute(state, block, command, gas_before(command), trace);
}

std::optional<std::string_view> broken_invariant(const State& state, const Block& block) {
    const Query query{state, block};
    for (const Invariant& invariant : invariants())
        if (!invariant.holds(query)) return invariant.says;
    return std::nullopt;
}

}  // namespace thaw::protocol
