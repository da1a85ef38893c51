/// All that the protocol knows, as one value: every module's books, with undo, changes, digest and
/// forks written once.
#pragma once
#include <functional>
#include <memory>
#include <optional>

#include "thaw/protocol/accounts/books.hpp"
#include "thaw/protocol/allowance/books.hpp"
#include "thaw/protocol/assets/books.hpp"
#include "thaw/protocol/async_vault/books.hpp"
#include "thaw/protocol/bridge/books.hpp"
#include "thaw/protocol/context.hpp"
#include "thaw/protocol/emission/books.hpp"
#include "thaw/protocol/exchange/books.hpp"
#include "thaw/protocol/farm/books.hpp"
#include "thaw/protocol/flash/books.hpp"
#include "thaw/protocol/gauges/books.hpp"
#include "thaw/protocol/governance/books.hpp"
#include "thaw/protocol/issued/books.hpp"
#include "thaw/protocol/lending/books.hpp"
#include "thaw/protocol/liquid/books.hpp"
#include "thaw/protocol/losses/books.hpp"
#include "thaw/protocol/networks/books.hpp"
#include "thaw/protocol/oracle/books.hpp"
#include "thaw/protocol/outbox/books.hpp"
#include "thaw/protocol/prices/books.hpp"
#include "thaw/protocol/stable/books.hpp"
#include "thaw/protocol/token/books.hpp"
#include "thaw/protocol/unbonding/books.hpp"
#include "thaw/protocol/validators/books.hpp"
#include "thaw/protocol/vault/books.hpp"
#include "thaw/protocol/votes/books.hpp"

namespace thaw::protocol {

/// A 256-bit sum of row hashes: equal states have equal digests whatever their history (an additive
/// multiset hash, AdHash). It finds faults; it is no proof against somebody who may choose the
/// whole state.
struct Digest {
    std::array<uint64_t, 4> limbs{};
    friend constexpr bool operator==(const Digest&, const Digest&) = default;
    void add(const Digest& other);
    void subtract(const Digest& other);
    Hash as_hash() const;
    static Digest from_hash(const Hash& h);
};

struct State {
    // Out of line: thirty hash maps are copied, moved and destroyed in one translation unit only.
    State();
    ~State();
    State(const State&);
    State& operator=(const State&) = delete;
    State(State&&) noexcept;
    State& operator=(State&&) noexcept;

    networks::Books networks;
    accounts::Books accounts;
    allowance::Books allowance;
    token::Books token;
    liquid::Books liquid;
    validators::Books validators;
    outbox::Books outbox;
    bridge::Books bridge;
    unbonding::Books unbonding;
    oracle::Books oracle;
    assets::Books assets;
    async_vault::Books async_vault;
    losses::Books losses;
    flash::Books flash;
    issued::Books issued;
    emission::Books emission;
    farm::Books farm;
    vault::Books vault;
    exchange::Books exchange;
    stable::Books stable;
    votes::Books votes;
    governance::Books governance;
    gauges::Books gauges;
    prices::Books prices;
    lending::Books lending;

    /// The books of every module, and every table of every module, of a state that may be constant,
    /// in declaration order; a table's place here is its number on disk. Templates: only who goes
    /// through them all pays for tuples of them all.
    static auto books(auto& s) {
        return std::tie(s.networks, s.accounts, s.allowance, s.token, s.liquid, s.validators,
                        s.outbox, s.bridge, s.unbonding, s.oracle, s.assets, s.async_vault,
                        s.losses, s.flash, s.issued, s.emission, s.farm, s.vault, s.exchange,
                        s.stable, s.votes, s.governance, s.gauges, s.prices, s.lending);
    }
    static auto tables(auto& s) {
        return std::apply([](auto&... b) { return std::tuple_cat(b.tables(b)...); }, books(s));
    }

    static constexpr size_t table_count_max = 128;
    /// Rows in each table, by its number.
    using RowCounts = std::array<uint64_t, table_count_max>;
    /// Makes room for so many rows, so that tables need not grow while they are filled.
    void reserve(const RowCounts& rows);
    /// Copies the rows of one table; different tables by different threads at once, if need be.
    void copy_table(const State& from, size_t number);

    /// How many edits there are since the last `seal`; `rollback` takes back what came later.
    size_t checkpoint() const { return journal_->size(); }
    void rollback(size_t checkpoint);

    /// Ends a block: folds its edits into the digest and returns them encoded
    /// (docs/formats/changes.md), one per row, with the row before and after. Afterwards nothing
    /// can be rolled back.
    Bytes seal();
    /// The digest as of the last `seal`.
    const Digest& digest() const { return digest_; }

    /// Replays the encoded changes of a block, without history: recovery of the writer's copy. Not
    /// well-formed ones change nothing.
    bool apply_changes(BytesView changes);
    /// Its two halves, for who does them at the same time: what the changes add to the digest
    /// (nothing when malformed), and the rows without it.
    static std::optional<Digest> digest_of(BytesView changes);
    bool set_rows(BytesView changes);
    void add_to_digest(const Digest& difference) { digest_.add(difference); }
    /// The same for the published copy, which can then be read at the height before. `digest` is
    /// the writer's after the block: it is taken over, not computed again.
    bool publish_changes(uint64_t height, BytesView changes, const Digest& digest);
    /// Forgets the past that the changes of blocks up to `height` made readable.
    void forget_changes(uint64_t height);
    /// Takes back the changes of the newest block.
    bool revert_changes(uint64_t height, BytesView changes);

    /// Rows one by one, in no particular order, as (table number, key, row); and their loading.
    void for_each_row(const std::function<void(size_t, BytesView, BytesView)>& visit) const;
    bool load_row(size_t table, BytesView key, BytesView row);
    /// (table, key, row after) of each change; an absent row is empty.
    static bool for_each_change(
        BytesView changes,
        const std::function<void(size_t, BytesView, BytesView, BytesView)>& visit);

    /// An empty layer above `base` as it stood after block `height`: what eth_call and its like may
    /// write to.
    static State fork(const State& base, uint64_t height);

  private:
    void attach();

    Digest digest_;
    std::unique_ptr<Journal> journal_;  ///< of all tables' edits since the last `seal`
};

}  // namespace thaw::protocol
