#include "thaw/hosts/simulated.hpp"

#include "thaw/crypto/keccak.hpp"

namespace thaw::hosts {

using protocol::oracle::Deposit;
using protocol::oracle::Listing;
using protocol::oracle::Outcome;
using protocol::oracle::Report;
using protocol::outbox::Kind;

SimulatedHost::SimulatedHost(HostId host, const WorldConfig& config) {
    THAW_ASSERT(config.frame_s > 0);
    world_.host = host;
    world_.seed = config.seed;
    world_.genesis_s = config.genesis_s;
    world_.frame_s = config.frame_s;
    world_.now_s = config.genesis_s;
    for (const protocol::GenesisValidator& v : validators_of(host)) {
        Validator row;
        row.others = v.total_stake.value;
        row.share_worth = figures_of(host).share_one;
        // Where rewards raise it, every validator has had years of its own.
        if (figures_of(host).shares_earn)
            row.share_worth +=
                chance(world_, "share", world_.validators.size()) % (row.share_worth / 2);
        row.commission_bps = v.commission_bps;
        row.uptime_base_bps = v.uptime_bps;
        row.uptime_bps = v.uptime_bps;
        world_.validators.push_back(row);
    }
}

uint64_t SimulatedHost::height() const {
    const HostFigures& figures = figures_of(world_.host);
    return figures.first_height + (world_.now_s - world_.genesis_s) * 1'000 / figures.block_ms;
}

void SimulatedHost::advance(uint64_t now_s) {
    const uint64_t era_s = figures_of(world_.host).era_s;
    while (true) {
        const uint64_t era_end = world_.genesis_s + (world_.eras_ended + 1) * era_s;
        const uint64_t frame_end = world_.genesis_s + (world_.frames_ended + 1) * world_.frame_s;
        const uint64_t final_s = next_finality().value_or(~uint64_t{0});
        const uint64_t next_s = std::min({era_end, frame_end, final_s});
        if (next_s > now_s) break;
        world_.now_s = std::max(world_.now_s, next_s);
        if (final_s == next_s)
            settle_tip();
        else if (era_end <= frame_end)
            end_era();
        else
            end_frame();
    }
    world_.now_s = std::max(world_.now_s, now_s);
}

void SimulatedHost::end_frame() {
    ++world_.frames_ended;
    ++world_.revision;
    Frame frame{.number = world_.frames_ended,
                .height = height(),
                .executed = world_.custody_nonce,
                .deposits = world_.deposits_forgotten + world_.deposits.size(),
                .custody = world_.custody,
                .in_transit = {},
                .validators = {}};
    for (const Transit& t : world_.transits) frame.in_transit[t.asset] += t.amount;
    uint32_t id = 0;
    for (Validator& v : world_.validators) {
        frame.validators.push_back({.id = ++id,
                                    .delegated = {v.delegated},
                                    .reward = {v.frame_reward},
                                    .slashed = {v.frame_slashed},
                                    .total_stake = {add(v.others, v.delegated)},
                                    .commission_bps = v.commission_bps,
                                    .uptime_bps = v.uptime_bps,
                                    .jailed = v.jailed});
        v.frame_reward = 0;
        v.frame_slashed = 0;
    }
    world_.frames.emplace(frame.number, std::move(frame));
}

std::vector<Deposit> SimulatedHost::deposits(size_t from) const {
    const uint64_t skip = from < world_.deposits_forgotten ? 0 : from - world_.deposits_forgotten;
    if (skip >= world_.deposits.size()) return {};
    return {world_.deposits.begin() + static_cast<ptrdiff_t>(skip), world_.deposits.end()};
}

std::optional<Report> SimulatedHost::report(uint64_t frame) const {
    const HostFigures& figures = figures_of(world_.host);
    const auto it = world_.frames.find(frame);
    if (figures.network == 0 || it == world_.frames.end()) return std::nullopt;
    return Report{.network = figures.network,
                  .frame = frame,
                  .host_height = it->second.height,
                  .executed = it->second.executed,
                  .custody = {it->second.custody[figures.asset]},
                  .validators = it->second.validators};
}

Assets SimulatedHost::custody_balance(AssetId asset) const { return {world_.custody[asset]}; }

void SimulatedHost::fund(const Hash& account, AssetId asset, Assets amount) {
    u128& balance = world_.accounts[{asset, account}];
    balance = add(balance, amount.value);
    world_.funded[asset] = add(world_.funded[asset], amount.value);
    ++world_.revision;
}

void SimulatedHost::fund_custody(AssetId asset, Assets amount) {
    world_.custody[asset] = add(world_.custody[asset], amount.value);
    world_.funded[asset] = add(world_.funded[asset], amount.value);
    ++world_.revision;
}

Assets SimulatedHost::balance_of(const Hash& account, AssetId asset) const {
    const auto it = world_.accounts.find({asset, account});
    return {it == world_.accounts.end() ? 0 : it->second};
}

std::optional<Deposit> SimulatedHost::transfer_to_custody(const Hash& sender,
                                                          const Address& receiver, AssetId asset,
                                                          Assets amount) {
    const auto it = world_.accounts.find({asset, sender});
    if (it == world_.accounts.end() || amount.is_zero() || it->second < amount.value)
        return std::nullopt;
    it->second -= amount.value;
    if (it->second == 0) world_.accounts.erase(it);

    Bytes seal{world_.host};
    append(seal, view_of(world_.seed));
    append(seal, view_of(height()));
    append(seal, view_of(world_.transactions++));
    const Deposit deposit{.host = world_.host,
                          .transaction = crypto::keccak256(BytesView{seal}),
                          .index = 0,
                          .asset = asset,
                          .sender = sender,
                          .receiver = receiver,
                          .amount = amount};
    ++world_.attempts;
    ++world_.revision;
    include({.is_deposit = true, .deposit = deposit});
    return deposit;
}

const Listing& SimulatedHost::issue(AssetId asset, const std::string& name,
                                    const std::string& symbol, uint8_t decimals) {
    Bytes seal{world_.host};
    append(seal, view_of(world_.seed));
    append(seal, view_of(world_.transactions++));
    Hash token = crypto::keccak256(BytesView{seal});
    std::fill_n(token.bytes.begin(), 12, uint8_t{0});
    world_.listings.push_back({.asset = asset,
                               .host = world_.host,
                               .token = token,
                               .name = name,
                               .symbol = symbol,
                               .decimals = decimals});
    ++world_.revision;
    return world_.listings.back();
}

void SimulatedHost::forget(uint64_t intent, uint64_t frame, uint64_t deposits) {
    world_.outcomes.erase(world_.outcomes.begin(), world_.outcomes.lower_bound(intent));
    world_.unheard.erase(world_.unheard.begin(), world_.unheard.lower_bound(intent));
    world_.echoes.erase(world_.echoes.begin(), world_.echoes.lower_bound(intent));
    world_.frames.erase(world_.frames.begin(), world_.frames.upper_bound(frame));
    if (deposits <= world_.deposits_forgotten) return;
    const uint64_t first =
        std::min<uint64_t>(deposits - world_.deposits_forgotten, world_.deposits.size());
    world_.deposits.erase(world_.deposits.begin(),
                          world_.deposits.begin() + static_cast<ptrdiff_t>(first));
    world_.deposits_forgotten += first;
}

Assets SimulatedHost::total_paid() const {
    u128 sum = 0;
    for (const Validator& v : world_.validators) sum = add(sum, v.paid);
    return {sum};
}

Assets SimulatedHost::total_delegated() const {
    u128 sum = 0;
    for (const Validator& v : world_.validators) sum = add(sum, v.delegated);
    return {sum};
}

Assets SimulatedHost::total_of(AssetId asset) const {
    u128 sum = custody_balance(asset).value;
    for (const auto& [key, balance] : world_.accounts)
        if (key.first == asset) sum = add(sum, balance);
    for (const Tip& t : world_.tip)
        if (t.is_deposit && t.deposit.asset == asset) sum = add(sum, t.deposit.amount.value);
    for (const Transit& t : world_.transits)
        if (t.asset == asset) sum = add(sum, t.amount);
    const HostFigures& figures = figures_of(world_.host);
    if (figures.network == 0 || figures.asset != asset) return {sum};
    for (const auto& [intent, unbonding] : world_.unbondings) sum = add(sum, unbonding.amount);
    return {add(sum, total_delegated().value)};
}

Hash account_of(const Address& address) {
    Hash account;
    std::copy(address.bytes.begin(), address.bytes.end(), account.bytes.begin() + 12);
    return account;
}

}  // namespace thaw::hosts
