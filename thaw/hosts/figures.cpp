#include "thaw/hosts/figures.hpp"

#include <array>

#include "thaw/crypto/keccak.hpp"

namespace thaw::hosts {

namespace {

constexpr uint64_t hour_s = 3'600;
constexpr uint64_t day_s = 86'400;

constexpr u128 power_of_ten(unsigned exponent) {
    u128 value = 1;
    while (exponent-- > 0) value *= 10;
    return value;
}

constexpr std::array<HostFigures, protocol::host_count> all_figures{{
    {.host = bsc,
     .name = "BNB Smart Chain",
     .network = 1,
     .asset = 1,
     .block_ms = 450,
     .first_height = 96'000'000,
     .era_s = day_s,
     .unlock = Unlock::seconds,
     .unbonding_s = 7 * day_s,
     .unbonding_eras = 0,
     .apr_bps = 570,
     .share_one = power_of_ten(18),
     .shares_earn = true,
     .delegation_min = {power_of_ten(16)},
     .move_s = 0},
    {.host = fantom,
     .name = "Fantom Opera",
     .network = 2,
     .asset = 2,
     .block_ms = 1'000,
     .first_height = 118'000'000,
     .era_s = 4 * hour_s,
     .unlock = Unlock::seconds_and_eras,
     .unbonding_s = 28 * day_s,
     .unbonding_eras = 3,
     .apr_bps = 1'400,
     .share_one = power_of_ten(18),
     .slashes_unbonding = true,
     .delegation_min = {power_of_ten(17)},
     .move_s = 0},
    {.host = polkadot,
     .name = "Polkadot",
     .network = 3,
     .asset = 3,
     .block_ms = 6'000,
     .first_height = 28'000'000,
     .era_s = day_s,
     .unlock = Unlock::eras,
     .unbonding_s = 28 * day_s,
     .unbonding_eras = 28,
     .apr_bps = 1'300,
     .unlocking_chunks_max = 32,
     .slashes_unbonding = true,
     .delegation_min = {power_of_ten(9)},
     .move_s = 0},
    {.host = kusama,
     .name = "Kusama",
     .network = 4,
     .asset = 4,
     .block_ms = 6'000,
     .first_height = 30'000'000,
     .era_s = 6 * hour_s,
     .unlock = Unlock::eras,
     .unbonding_s = 7 * day_s,
     .unbonding_eras = 28,
     .apr_bps = 1'500,
     .unlocking_chunks_max = 32,
     .slashes_unbonding = true,
     .delegation_min = {power_of_ten(9)},
     .move_s = 0},
    {.host = ethereum,
     .name = "Ethereum",
     .network = 5,
     .asset = matic,
     .block_ms = 12'000,
     .first_height = 24'000'000,
     .era_s = 4'320,
     .unlock = Unlock::eras,
     .unbonding_s = 80 * 4'320,
     .unbonding_eras = 80,
     .apr_bps = 880,
     .share_one = power_of_ten(18),
     .delegation_min = {power_of_ten(17)},
     .move_s = 22 * 60},
    {.host = polygon,
     .name = "Polygon",
     .network = 0,
     .asset = matic,
     .block_ms = 2'000,
     .first_height = 80'000'000,
     .era_s = day_s,
     .unlock = Unlock::none,
     .unbonding_s = 0,
     .unbonding_eras = 0,
     .apr_bps = 0,
     .delegation_min = {},
     .move_s = 4'320},
}};

/// How the validators of a host are spread: a few hold much, many hold little.
struct Field {
    unsigned count;
    u128 largest;  ///< base units of the largest validator's stake, before jitter
};
constexpr std::array<Field, protocol::host_count> fields{{
    {25, 2'100'000 * power_of_ten(18)},
    {24, 118'000'000 * power_of_ten(18)},
    {25, 9'600'000 * power_of_ten(10)},
    {23, 310'000 * power_of_ten(12)},
    {25, 410'000'000 * power_of_ten(18)},
    {0, 0},
}};

/// Invented operators. The first few of each host run several validators.
constexpr std::array<std::string_view, 30> operators{
    "Northlight",  "Harbour Nodes",  "Tern Staking",  "Blue Granite", "Quiet Signal",
    "Larkspur",    "Meridian Works", "Copper Kettle", "Foxglove",     "Ninth Wave",
    "Oak & Ember", "Plain Sailing",  "Ravelin",       "Saltmarsh",    "Tidewater",
    "Umber Field", "Vesper Labs",    "Windrose",      "Yarrow",       "Zephyr Yard",
    "Alder Point", "Brightwater",    "Cinder Path",   "Dovetail",     "Eastgate",
    "Fennel",      "Greywacke",      "Hollow Tree",   "Ironwood",     "Juniper Row"};

/// A number that depends on nothing but the host, the validator and what is asked.
uint64_t draw(HostId host, unsigned index, std::string_view what) {
    Bytes input{host, static_cast<uint8_t>(index)};
    append(input, view_of(what));
    const Hash hash = crypto::keccak256(BytesView{input});
    uint64_t value = 0;
    std::memcpy(&value, hash.bytes.data(), sizeof value);
    return value;
}

/// Which operator runs the validator: the first ten validators belong to three operators and a
/// pair, the rest are single.
unsigned operator_of(unsigned index) {
    constexpr std::array<unsigned, 10> shared{0, 0, 0, 1, 1, 1, 2, 2, 3, 3};
    return index < shared.size() ? shared[index] : index - 6;
}
unsigned number_within(unsigned index) {
    unsigned number = 1;
    for (unsigned i = 0; i < index; ++i)
        if (operator_of(i) == operator_of(index)) ++number;
    return number;
}

/// Most ask 2 to 10 %; every eighth asks more, so that a cap on commission has something to refuse.
uint16_t commission_of(HostId host, unsigned index) {
    const uint64_t drawn = draw(host, index, "commission");
    if (index % 8 == 7) return static_cast<uint16_t>(1'200 + drawn % 9 * 100);
    return static_cast<uint16_t>(200 + drawn % 17 * 50);
}
uint16_t uptime_of(HostId host, unsigned index) {
    const uint64_t drawn = draw(host, index, "uptime");
    return static_cast<uint16_t>(index % 9 == 5 ? 9'810 + drawn % 80 : 9'930 + drawn % 71);
}

}  // namespace

const HostFigures& figures_of(HostId host) {
    THAW_ASSERT(host >= 1 && host <= protocol::host_count);
    return all_figures[host - 1u];
}

std::vector<protocol::GenesisValidator> validators_of(HostId host) {
    THAW_ASSERT(host >= 1 && host <= protocol::host_count);
    const Field& field = fields[host - 1u];
    std::vector<protocol::GenesisValidator> validators;
    for (unsigned i = 0; i < field.count; ++i) {
        const unsigned run_by = operator_of(i);
        const unsigned shift = static_cast<unsigned>(host) * 7 - 7;
        std::string name{operators[(run_by + shift) % operators.size()]};
        if (i < 10) name += ' ' + std::to_string(number_within(i));
        // Zipf's law over a rank that has nothing to do with the id: 11 is coprime to every count
        // here.
        const unsigned rank = (i * 11 + 5) % field.count;
        const u128 stake = field.largest / (rank + 1);
        const u128 jitter = stake / 1'000 * (draw(host, i, "stake") % 90);
        validators.push_back({.name = protocol::Label<24>{name},
                              .group = static_cast<uint16_t>(run_by + 1),
                              .total_stake = {stake + jitter},
                              .commission_bps = commission_of(host, i),
                              .uptime_bps = uptime_of(host, i)});
    }
    return validators;
}

}  // namespace thaw::hosts
