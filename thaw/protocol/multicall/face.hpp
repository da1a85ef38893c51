/// Several calls in one: `batch` keeps the signer as the sender; Multicall3 is for readers.
#pragma once
#include "thaw/protocol/addresses.hpp"
#include "thaw/protocol/context.hpp"

namespace thaw::protocol::multicall {

using codec::Number;

struct BatchCall {
    using AbiTuple = void;
    Address to;
    u128 value = 0;  ///< wei
    Bytes data;
};
/// A call of a batch was refused, and with it the whole batch; `reason` is that call's own error.
struct BatchCallFailed {
    static constexpr std::string_view abi = "BatchCallFailed(uint256 index, bytes reason)";
    Number index;
    Bytes reason;
};
struct TooManyCalls {
    static constexpr std::string_view abi = "TooManyCalls(uint256 calls, uint256 maximum)";
    Number calls;
    Number maximum;
};
struct TooDeep {
    static constexpr std::string_view abi = "TooDeep(uint256 maximum)";
    Number maximum;
};
inline constexpr uint64_t calls_max = 256;
inline constexpr unsigned depth_max = 4;

/// Runs the calls in order as the signer, all or nothing; returns their results.
Result<std::vector<Bytes>> batch(Call& call, std::vector<BatchCall> calls);

// Multicall3 (https://github.com/mds1/multicall): the calls' sender is the multicall contract.
struct Call3 {
    using AbiTuple = void;
    Address target;
    bool allow_failure = false;
    Bytes data;
};
struct Call2 {
    using AbiTuple = void;
    Address target;
    Bytes data;
};
struct Outcome {
    using AbiTuple = void;
    bool success = false;
    Bytes data;
};
Result<std::vector<Outcome>> aggregate3(Call& call, std::vector<Call3> calls);
Result<std::tuple<Number, std::vector<Bytes>>> aggregate(Call& call, std::vector<Call2> calls);
Result<std::vector<Outcome>> try_aggregate(Call& call, bool require_success,
                                           std::vector<Call2> calls);
Result<Number> block_number(const Query& query);
Result<Number> block_timestamp(const Query& query);
Result<Number> block_gas_limit(const Query& query);
Result<u128> base_fee(const Query& query);
Result<Number> chain_id(const Query& query);
Result<Assets> eth_balance(const Query& query, Address account);

using BatchFace = Interface<
    Events<>, Errors<BatchCallFailed, TooManyCalls, TooDeep>,
    Fn<"batch((address to, uint256 value, bytes data)[] calls) returns (bytes[])", batch>>;
using MulticallFace = Interface<
    Events<>, Errors<TooManyCalls, TooDeep>,
    Fn<"aggregate3((address target, bool allowFailure, bytes callData)[] calls) payable returns "
       "((bool success, bytes returnData)[])",
       aggregate3>,
    Fn<"aggregate((address target, bytes callData)[] calls) payable returns (uint256 blockNumber, "
       "bytes[] returnData)",
       aggregate>,
    Fn<"tryAggregate(bool requireSuccess, (address target, bytes callData)[] calls) payable "
       "returns "
       "((bool success, bytes returnData)[])",
       try_aggregate>,
    Fn<"getBlockNumber() view returns (uint256)", block_number>,
    Fn<"getCurrentBlockTimestamp() view returns (uint256)", block_timestamp>,
    Fn<"getCurrentBlockGasLimit() view returns (uint256)", block_gas_limit>,
    Fn<"getBasefee() view returns (uint256)", base_fee>,
    Fn<"getChainId() view returns (uint256)", chain_id>,
    Fn<"getEthBalance(address addr) view returns (uint256)", eth_balance>>;

}  // namespace thaw::protocol::multicall
