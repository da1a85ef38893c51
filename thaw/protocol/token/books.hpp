/// Double entry for every asset: each base unit sits in exactly one account, and host chains are
/// accounts too.
#pragma once
#include "thaw/protocol/networks/books.hpp"

namespace thaw::protocol::token {

/// What kind of account: a user's, or one of the hub's own that no user can address.
enum class Bucket : uint8_t {
    user = 0,
    buffer = 1,     ///< in custody, waiting to be bonded or to pay tickets
    in_flight = 2,  ///< on its way into a delegation
    bonded = 3,     ///< delegated; id: validator
    unbonding = 4,  ///< leaving a delegation; id: lot
    claimable = 5,  ///< owed to finalised tickets, untouchable by anything else
    insurance = 6,
    surplus = 7,
    withdrawing = 8,  ///< burned on the hub, not yet paid out on the host
    redeemable = 10,  ///< paid for a ticket that lies with its token's contract; id: ticket
    host = 255,       ///< the outside: its negative balance is the supply
};

struct Account {
    Address holder;  ///< users: the address; buckets: the id in the last eight bytes
    AssetId asset = 0;
    Bucket bucket = Bucket::user;
    std::array<uint8_t, 2> reserved{};
    friend constexpr bool operator==(const Account&, const Account&) = default;
};
static_assert(Plain<Account> && sizeof(Account) == 24);

constexpr Account user_account(AssetId asset, const Address& holder) {
    return {.holder = holder, .asset = asset, .bucket = Bucket::user};
}
constexpr Account bucket_account(AssetId asset, Bucket bucket, uint64_t id = 0) {
    Account account{.asset = asset, .bucket = bucket};
    for (size_t i = 0; i < 8; ++i)
        account.holder.bytes[12 + i] = static_cast<uint8_t>(id >> (56 - 8 * i));
    return account;
}
constexpr Account host_account(AssetId asset) { return bucket_account(asset, Bucket::host); }

/// Sums of one asset, kept because formulas need them at once; each is an invariant.
struct Totals {
    Assets supply;     ///< issued by hosts: the host account's negative balance
    Assets pooled;     ///< buffer to surplus, and redeemable
    Assets claimable;  ///< of `pooled`, not the stakers': claimable to surplus, and redeemable
    Assets withdrawing;
};

struct Books {
    Table<Account, Assets> balances;
    Table<AssetId, Totals> totals;

    static auto tables(auto& b) { return std::tie(b.balances, b.totals); }
};

}  // namespace thaw::protocol::token
