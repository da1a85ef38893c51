/// The outbox: instructions go out numbered, outcomes come back in order; every step says so.
#pragma once
#include "thaw/protocol/context.hpp"
#include "thaw/protocol/outbox/books.hpp"

namespace thaw::protocol::outbox {

struct IntentEmitted {
    static constexpr std::string_view abi =
        "IntentEmitted(uint8 indexed host, uint64 indexed intent, uint8 indexed network, uint8 "
        "kind, uint32 validator, uint8 asset, uint256 amount, bytes32 recipient, uint64 reference)";
    HostId host;
    uint64_t intent;
    NetworkId network;
    uint8_t kind;
    uint32_t validator;
    AssetId asset;
    Assets amount;
    Hash recipient;
    uint64_t reference;
};
struct IntentSettled {
    static constexpr std::string_view abi =
        "IntentSettled(uint8 indexed host, uint64 indexed intent, bool success, uint256 amount)";
    HostId host;
    uint64_t intent;
    bool success;
    Assets amount;
};

/// One instruction as clients see it. `kind`: 1 bond, 2 unbond, 3 collect, 4 payout, 5 move;
/// `status`: 1 emitted, 2 done, 3 failed.
struct Entry {
    using AbiTuple = void;
    uint64_t intent = 0;
    uint8_t kind = 0;
    uint8_t status = 0;
    NetworkId network = 0;
    AssetId asset = 0;
    uint32_t validator = 0;
    uint64_t emitted_at_s = 0;
    Assets amount;
    Hash recipient;
    uint64_t reference = 0;
};

/// Up to 100 intents of a host, from number `from` on.
Result<std::vector<Entry>> intents(const Query& query, HostId host, uint64_t from);
/// (emitted, settled): how many instructions went out and how many outcomes came back.
Result<std::tuple<uint64_t, uint64_t>> counts(const Query& query, HostId host);
/// The second after which an instruction without an outcome is overdue; 0 for one that is settled
/// or was never emitted.
Result<uint64_t> deadline(const Query& query, HostId host, uint64_t intent);
/// Instructions of a host that are overdue, of the oldest 1000 that are open.
Result<uint64_t> overdue(const Query& query, HostId host);

// ---- For other modules.

/// Emits an instruction; returns its number.
uint64_t emit_intent(Call& call, HostId host, Intent intent);
/// Records the outcome of the host's oldest open intent, which must be `number`.
Intent settle(Call& call, HostId host, uint64_t number, bool success, Assets amount);

using Face = Interface<
    Events<IntentEmitted, IntentSettled>, Errors<>,
    Fn<"intents(uint8 host, uint64 from) view returns ((uint64 intent, uint8 kind, uint8 status, "
       "uint8 network, uint8 asset, uint32 validator, uint64 emittedAt, uint256 amount, bytes32 "
       "recipient, uint64 reference)[])",
       intents>,
    Fn<"counts(uint8 host) view returns (uint64 emitted, uint64 settled)", counts>,
    Fn<"deadline(uint8 host, uint64 intent) view returns (uint64 second)", deadline>,
    Fn<"overdue(uint8 host) view returns (uint64 count)", overdue>>;

}  // namespace thaw::protocol::outbox
