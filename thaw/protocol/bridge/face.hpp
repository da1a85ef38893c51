/// The bridge: credits what members saw arrive in custody, and pays out on the host what is burned
/// here first.
#pragma once
#include "thaw/protocol/bridge/books.hpp"
#include "thaw/protocol/oracle/messages.hpp"
#include "thaw/protocol/outbox/face.hpp"
#include "thaw/protocol/token/face.hpp"

namespace thaw::protocol::bridge {

struct Deposited {
    static constexpr std::string_view abi =
        "Deposited(uint8 indexed host, address indexed receiver, uint8 indexed asset, uint256 "
        "amount, bytes32 hostTransaction, uint32 index)";
    HostId host;
    Address receiver;
    AssetId asset;
    Assets amount;
    Hash transaction;
    uint32_t index;
};
struct WithdrawalRequested {
    static constexpr std::string_view abi =
        "WithdrawalRequested(uint64 indexed id, address indexed owner, uint8 asset, uint8 host, "
        "bytes32 recipient, uint256 amount, uint64 releaseAt)";
    uint64_t id;
    Address owner;
    AssetId asset;
    HostId host;
    Hash recipient;
    Assets amount;
    uint64_t release_at_s;
};
struct WithdrawalPaid {
    static constexpr std::string_view abi =
        "WithdrawalPaid(uint64 indexed id, address indexed owner, uint256 amount)";
    uint64_t id;
    Address owner;
    Assets amount;
};
struct WithdrawalReturned {
    static constexpr std::string_view abi =
        "WithdrawalReturned(uint64 indexed id, address indexed owner, uint256 amount)";
    uint64_t id;
    Address owner;
    Assets amount;
};
struct ZeroAmount {
    static constexpr std::string_view abi = "ZeroAmount()";
};
struct ZeroRecipient {
    static constexpr std::string_view abi = "ZeroRecipient()";
};
struct NotOnThisHost {
    static constexpr std::string_view abi = "NotOnThisHost(uint8 asset, uint8 host)";
    AssetId asset;
    HostId host;
};
struct OutflowLimit {
    static constexpr std::string_view abi =
        "OutflowLimit(uint8 asset, uint256 left, uint256 wanted)";
    AssetId asset;
    Assets left;
    Assets wanted;
};
struct CustodyTooSmall {
    static constexpr std::string_view abi =
        "CustodyTooSmall(uint8 asset, uint8 host, uint256 available, uint256 wanted)";
    AssetId asset;
    HostId host;
    Assets available;
    Assets wanted;
};
struct NotDueYet {
    static constexpr std::string_view abi = "NotDueYet(uint64 id, uint64 releaseAt)";
    uint64_t id;
    uint64_t release_at_s;
};
struct UnknownWithdrawal {
    static constexpr std::string_view abi = "UnknownWithdrawal(uint64 id)";
    uint64_t id;
};

/// Burns `amount` of the caller's asset and has it paid to `recipient` on `host` (20-byte addresses
/// in the last 20 bytes). More than 1 % of the supply waits 24 hours. Returns the withdrawal's id.
Result<uint64_t> withdraw(Call& call, uint8_t asset, uint8_t host, Hash recipient, Assets amount);
/// Sends a delayed withdrawal on its way once its time has come; anybody may.
Result<void> release(Call& call, uint64_t id);
/// The oldest withdrawal that still waits, and when it may leave; (0, 0) when none does.
Result<std::tuple<uint64_t, uint64_t>> next_release(const Query& query);
/// (liquid, committed) of the custody account of an asset on a host.
Result<std::tuple<Assets, Assets>> custody_of(const Query& query, uint8_t asset, uint8_t host);
/// (amount, recipient, owner, asset, host, status, releaseAt); status 1 delayed, 2 on its way, 3
/// paid, 4 returned.
Result<std::tuple<Assets, Hash, Address, uint8_t, uint8_t, uint8_t, uint64_t>> withdrawal(
    const Query& query, uint64_t id);
/// What may still leave within the rolling day.
Result<Assets> outflow_left(const Query& query, uint8_t asset);

// ---- For other modules.

/// Whether an asset may come from and leave to a host: its staking host, and for MATIC Polygon too.
bool lives_on(const Query& query, AssetId asset, HostId host);
/// Credits a deposit that the oracle decided. Requires a non-zero amount of an asset that lives on
/// the host.
void credit(Call& call, const oracle::Deposit& deposit);
Assets available(const Query& query, HostId host, AssetId asset);
/// Sets custody aside for an instruction, and takes it (`spent`) or frees it when the outcome is
/// there.
void commit_custody(Call& call, HostId host, AssetId asset, Assets amount);
void settle_custody(Call& call, HostId host, AssetId asset, Assets amount, bool spent);
void receive_custody(Call& call, HostId host, AssetId asset, Assets amount);
/// What became of a payout.
void settle_payout(Call& call, const outbox::Intent& intent, bool success);

using Face = Interface<
    Events<Deposited, WithdrawalRequested, WithdrawalPaid, WithdrawalReturned>,
    Errors<ZeroAmount, ZeroRecipient, NotOnThisHost, OutflowLimit, CustodyTooSmall, NotDueYet,
           UnknownWithdrawal, token::ERC20InsufficientBalance>,
    Fn<"withdraw(uint8 asset, uint8 host, bytes32 recipient, uint256 amount) returns (uint64 id)",
       withdraw>,
    Fn<"release(uint64 id)", release>,
    Fn<"nextRelease() view returns (uint64 id, uint64 releaseAt)", next_release>,
    Fn<"custodyOf(uint8 asset, uint8 host) view returns (uint256 liquid, uint256 committed)",
       custody_of>,
    Fn<"withdrawal(uint64 id) view returns (uint256 amount, bytes32 recipient, address owner, "
       "uint8 "
       "asset, uint8 host, uint8 status, uint64 releaseAt)",
       withdrawal>,
    Fn<"outflowLeft(uint8 asset) view returns (uint256)", outflow_left>>;

}  // namespace thaw::protocol::bridge
