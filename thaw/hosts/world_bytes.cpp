#include <type_traits>
#include <utility>

#include "thaw/crypto/keccak.hpp"
#include "thaw/hosts/world.hpp"

namespace thaw::hosts {

namespace {

constexpr std::string_view magic = "thaw-world-3";

/// Writes values one after another, integers with their lowest byte first.
class Writer {
  public:
    static constexpr bool reads = false;
    Bytes out;
    template <Plain T>
    void value(const T& v) {
        append(out, BytesView{reinterpret_cast<const uint8_t*>(&v), sizeof v});
    }
    size_t count(size_t n) {
        value(static_cast<uint64_t>(n));
        return n;
    }
};

/// Reads them back; once something is missing it reads zeros, and `whole` says so.
class Reader {
  public:
    static constexpr bool reads = true;
    explicit Reader(BytesView bytes) : left_{bytes} {}
    bool whole = true;
    bool at_end() const { return left_.empty(); }
    template <Plain T>
    void value(T& v) {
        if (left_.size() < sizeof v) {
            whole = false;
            left_ = {};
            v = T{};
            return;
        }
        std::memcpy(&v, left_.data(), sizeof v);
        left_ = left_.subspan(sizeof v);
    }
    void value(bool& v) {
        uint8_t byte = 0;
        value(byte);
        v = byte == 1;
        whole = whole && byte <= 1;
    }
    size_t count(size_t) {
        uint64_t n = 0;
        value(n);
        if (n > left_.size()) whole = false;  // every element takes a byte or more
        return whole ? static_cast<size_t>(n) : 0;
    }

  private:
    BytesView left_;
};

template <class A, class... T>
void each(A& archive, T&... values);

template <class A, Plain T>
void visit(A& a, T& v) {
    a.value(v);
}
template <class A>
void visit(A& a, Validator& v) {
    each(a, v.others, v.delegated, v.whole_era, v.frame_reward, v.frame_slashed, v.paid, v.slashed,
         v.share_worth, v.commission_bps, v.uptime_base_bps, v.uptime_bps, v.jailed, v.free_at_era);
}
template <class A>
void visit(A& a, Unbonding& u) {
    each(a, u.validator, u.amount, u.completes_at_s);
}
template <class A>
void visit(A& a, Transit& t) {
    each(a, t.intent, t.destination, t.asset, t.amount, t.arrives_at_s);
}
template <class A>
void visit(A& a, protocol::oracle::ValidatorReport& r) {
    each(a, r.id, r.delegated, r.reward, r.slashed, r.total_stake, r.commission_bps, r.uptime_bps,
         r.jailed);
}
template <class A>
void visit(A& a, protocol::oracle::Outcome& o) {
    each(a, o.host, o.intent, o.success, o.amount, o.completes_at_s);
}
template <class A>
void visit(A& a, protocol::oracle::Deposit& d) {
    each(a, d.host, d.transaction, d.index, d.asset, d.sender, d.receiver, d.amount);
}
template <class A>
void visit(A& a, std::string& text) {
    text.resize(a.count(text.size()));
    for (char& c : text) visit(a, c);
}
template <class A>
void visit(A& a, protocol::oracle::Listing& l) {
    each(a, l.asset, l.host, l.token, l.name, l.symbol, l.decimals);
}
template <class A, class T>
void visit(A& a, std::vector<T>& values) {
    values.resize(a.count(values.size()));
    for (T& v : values) visit(a, v);
}
template <class A, class F, class S>
void visit(A& a, std::pair<F, S>& p) {
    each(a, p.first, p.second);
}
template <class A, class K, class V>
void visit(A& a, std::map<K, V>& map) {
    const size_t n = a.count(map.size());
    if constexpr (A::reads) {
        for (size_t i = 0; i < n && a.whole; ++i) {
            K key{};
            V row{};
            each(a, key, row);
            map.emplace_hint(map.end(), std::move(key), std::move(row));
        }
        a.whole = a.whole && map.size() == n;
    } else {
        for (auto& [key, row] : map) {
            K key_copy = key;
            each(a, key_copy, row);
        }
    }
}
template <class A>
void visit(A& a, Balances& b) {
    visit(a, b.amounts());
}
template <class A>
void visit(A& a, Frame& f) {
    each(a, f.number, f.height, f.executed, f.deposits, f.custody, f.in_transit, f.validators);
}
template <class A>
void visit(A& a, Misfortune& m) {
    for_each_figure(m, [&](std::string_view, uint32_t& figure) { visit(a, figure); });
}
template <class A>
void visit(A& a, Tip& t) {
    each(a, t.is_deposit, t.doomed, t.intent, t.body, t.deposit, t.final_at_s);
}
template <class A>
void visit(A& a, World& w) {
    each(a, w.host, w.seed, w.genesis_s, w.frame_s, w.now_s, w.revision, w.eras_ended,
         w.frames_ended, w.transactions, w.custody_nonce);
    each(a, w.validators, w.custody, w.funded, w.arrived, w.left, w.accounts, w.unbondings,
         w.transits, w.outcomes, w.listings, w.deposits, w.deposits_forgotten, w.frames);
    each(a, w.misfortune, w.attempts, w.reorganisations, w.lost, w.tip, w.unheard, w.echoes);
}
template <class A, class... T>
void each(A& archive, T&... values) {
    (visit(archive, values), ...);
}

}  // namespace

Bytes to_bytes(const World& world) {
    Writer writer;
    append(writer.out, view_of(magic));
    World copy = world;  // one description serves both directions, and reading needs it changeable
    visit(writer, copy);
    const Hash checksum = crypto::keccak256(BytesView{writer.out});
    append(writer.out, checksum.bytes);
    return std::move(writer.out);
}

std::optional<World> world_from(BytesView bytes) {
    constexpr size_t checksum_size = 32;
    if (bytes.size() < magic.size() + checksum_size) return std::nullopt;
    const BytesView body = bytes.first(bytes.size() - checksum_size);
    const Hash checksum = crypto::keccak256(body);
    if (!std::ranges::equal(checksum.bytes, bytes.last(checksum_size))) return std::nullopt;
    if (!std::ranges::equal(view_of(magic), body.first(magic.size()))) return std::nullopt;
    Reader reader{body.subspan(magic.size())};
    World world;
    visit(reader, world);
    if (!reader.whole || !reader.at_end()) return std::nullopt;
    if (world.host < 1 || world.host > protocol::host_count) return std::nullopt;
    return world;
}

}  // namespace thaw::hosts
