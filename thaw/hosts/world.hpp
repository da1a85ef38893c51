/// All that a simulated host chain remembers, as one plain value: it can be copied, compared,
/// written down and read back.
#pragma once
#include <map>
#include <optional>
#include <vector>

#include "thaw/hosts/figures.hpp"
#include "thaw/hosts/misfortune.hpp"
#include "thaw/protocol/oracle/messages.hpp"
#include "thaw/protocol/outbox/books.hpp"

namespace thaw::hosts {

/// Amounts of every asset, by its number; zero where nothing was ever put.
class Balances {
  public:
    u128& operator[](AssetId asset) { return amounts_[asset]; }
    u128 operator[](AssetId asset) const {
        const auto it = amounts_.find(asset);
        return it == amounts_.end() ? 0 : it->second;
    }
    std::map<AssetId, u128>& amounts() { return amounts_; }
    friend bool operator==(const Balances&, const Balances&) = default;

  private:
    std::map<AssetId, u128> amounts_;
};

/// A validator and the pool's delegation with it. Its id is its place plus one.
struct Validator {
    u128 others = 0;     ///< stake that is not the pool's
    u128 delegated = 0;  ///< the pool's
    u128 whole_era =
        0;  ///< the part of `delegated` that has been there since the era began: only this earns
    u128 frame_reward = 0;  ///< since the last frame ended
    u128 frame_slashed = 0;
    u128 paid = 0;  ///< rewards to the pool since genesis
    u128 slashed = 0;
    u128 rounded = 0;      ///< paid in, and not in `delegated`: less than a share was worth
    u128 share_worth = 0;  ///< in the host's fixed-point units; 0 where amounts are exact
    uint16_t commission_bps = 0;
    uint16_t uptime_base_bps = 0;
    uint16_t uptime_bps = 0;  ///< of the last era that ended
    bool jailed = false;
    uint64_t free_at_era = 0;  ///< when it leaves jail by itself; 0: it does not
    friend bool operator==(const Validator&, const Validator&) = default;
};

/// An unbonding that has not been collected.
struct Unbonding {
    uint32_t validator = 0;
    u128 amount = 0;
    uint64_t completes_at_s = 0;
    friend bool operator==(const Unbonding&, const Unbonding&) = default;
};

/// A transfer on its way to the custody account of another host.
struct Transit {
    uint64_t intent = 0;
    HostId destination = 0;
    AssetId asset = 0;
    u128 amount = 0;
    uint64_t arrives_at_s = 0;
    friend bool operator==(const Transit&, const Transit&) = default;
};

/// A transaction in a block that is not final yet: nothing it does counts, and it may be undone.
struct Tip {
    bool is_deposit = false;
    bool doomed = false;  ///< its block, and all that was built on it, will be dropped
    uint64_t intent = 0;  ///< of an instruction
    protocol::outbox::Intent body{};
    protocol::oracle::Deposit deposit{};
    uint64_t final_at_s = 0;
};

/// The host as it stood when a frame ended.
struct Frame {
    uint64_t number = 0;
    uint64_t height = 0;
    uint64_t executed = 0;  ///< instructions of custody carried out
    uint64_t deposits = 0;  ///< transfers to custody made
    Balances custody{};
    Balances in_transit{};  ///< left this custody, not yet arrived elsewhere
    std::vector<protocol::oracle::ValidatorReport> validators;
};

struct World {
    HostId host = 0;
    uint64_t seed = 0;
    uint64_t genesis_s = 0;
    uint64_t frame_s = 0;
    uint64_t now_s = 0;
    uint64_t revision =
        0;  ///< rises with whatever an observer could notice, the mere passing of time aside
    uint64_t eras_ended = 0;
    uint64_t frames_ended = 0;
    uint64_t transactions = 0;
    uint64_t custody_nonce = 0;

    std::vector<Validator> validators;
    Balances custody{};
    Balances funded{};   ///< put into this world from nowhere, at its genesis
    Balances arrived{};  ///< came from other hosts
    Balances left{};     ///< arrived on other hosts
    std::map<std::pair<AssetId, Hash>, u128> accounts;
    std::map<uint64_t, Unbonding> unbondings;  ///< by the intent that began them
    std::vector<Transit> transits;
    std::map<uint64_t, protocol::oracle::Outcome> outcomes;
    std::vector<protocol::oracle::Listing> listings;  ///< tokens issued here that the hub lists
    std::vector<protocol::oracle::Deposit> deposits;
    uint64_t deposits_forgotten = 0;  ///< how many came before `deposits.front()`
    std::map<uint64_t, Frame> frames;

    Misfortune misfortune{};
    uint64_t attempts = 0;  ///< transactions ever handed in: what chance is drawn by
    uint64_t reorganisations = 0;
    uint64_t lost = 0;                     ///< instructions that never got here
    std::vector<Tip> tip;                  ///< in order; finality comes in order too
    std::map<uint64_t, uint64_t> unheard;  ///< by intent: before that second nobody knows
    std::map<uint64_t, uint8_t> echoes;    ///< by intent: its answer comes twice
};

/// A versioned image that ends in a checksum. Equal worlds have equal bytes.
Bytes to_bytes(const World& world);
/// Reads what `to_bytes` wrote; nothing if it is cut, changed or of another version.
std::optional<World> world_from(BytesView bytes);

}  // namespace thaw::hosts
