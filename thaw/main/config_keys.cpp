#include "thaw/main/config_keys.hpp"

#include "thaw/base/text.hpp"
#include "thaw/main/duration.hpp"
#include "thaw/protocol/flash/limits.hpp"

namespace thaw::cli {

namespace {

using protocol::networks::Hub;
using protocol::networks::Network;

std::string quoted(const std::string& text) { return "\"" + text + "\""; }

std::string duration_text(uint64_t ms) {
    if (ms % 86'400'000 == 0 && ms != 0) return std::to_string(ms / 86'400'000) + "d";
    if (ms % 3'600'000 == 0 && ms != 0) return std::to_string(ms / 3'600'000) + "h";
    if (ms % 1'000 == 0) return std::to_string(ms / 1'000) + "s";
    return std::to_string(ms) + "ms";
}

template <class T>
using Field = std::function<T&(Config&)>;

/// For printing: the table's accessors do not change anything.
template <class T>
T value_of(const Field<T>& field, const Config& config) {
    Config copy = config;
    return field(copy);
}

template <class T>
ConfigKey number(std::string section, std::string name, Field<T> field, uint64_t least,
                 uint64_t most, std::string meaning) {
    return {.section = std::move(section),
            .name = std::move(name),
            .meaning = std::move(meaning),
            .read = [=](Config& config, const toml::node& node) -> std::optional<std::string> {
                const auto value = node.value_exact<int64_t>();
                if (!value || *value < 0 || static_cast<uint64_t>(*value) < least ||
                    static_cast<uint64_t>(*value) > most)
                    return "a whole number from " + std::to_string(least) + " to " +
                           std::to_string(most);
                field(config) = static_cast<T>(*value);
                return std::nullopt;
            },
            .print = [=](const Config& config) { return to_decimal(value_of(field, config)); }};
}

ConfigKey flag(std::string section, std::string name, Field<uint8_t> field, std::string meaning) {
    return {.section = std::move(section),
            .name = std::move(name),
            .meaning = std::move(meaning),
            .read = [=](Config& config, const toml::node& node) -> std::optional<std::string> {
                const auto value = node.value_exact<bool>();
                if (!value) return "true or false";
                field(config) = *value ? 1 : 0;
                return std::nullopt;
            },
            .print =
                [=](const Config& config) {
                    return std::string{value_of(field, config) != 0 ? "true" : "false"};
                }};
}

/// A string that `parse` understands.
template <class T>
ConfigKey text(std::string section, std::string name, std::string expected,
               std::function<std::optional<T>(std::string_view)> parse,
               std::function<std::string(const T&)> print, Field<T> field, std::string meaning) {
    return {.section = std::move(section),
            .name = std::move(name),
            .meaning = std::move(meaning),
            .read = [=](Config& config, const toml::node& node) -> std::optional<std::string> {
                const auto string = node.value_exact<std::string>();
                const auto value = string ? parse(*string) : std::nullopt;
                if (!value) return expected;
                field(config) = *value;
                return std::nullopt;
            },
            .print = [=](const Config& config) { return quoted(print(value_of(field, config))); }};
}

ConfigKey span_s(std::string section, std::string name, Field<uint64_t> field,
                 std::string meaning) {
    const auto parse = [](std::string_view given) -> std::optional<uint64_t> {
        const auto ms = parse_duration_ms(given);
        if (!ms || *ms == 0 || *ms % 1'000 != 0) return std::nullopt;
        return *ms / 1'000;
    };
    return text<uint64_t>(
        std::move(section), std::move(name),
        "a time of at least a second, such as \"7d\" or \"12h\"", parse,
        [](const uint64_t& s) { return duration_text(s * 1'000); }, std::move(field),
        std::move(meaning));
}

void add_devnet(std::vector<ConfigKey>& keys) {
    const std::string at = "devnet";
    keys.push_back(text<Endpoint>(
        at, "listen", "an IP address and a port, such as \"127.0.0.1:8545\"", parse_endpoint,
        format_endpoint, [](Config& c) -> Endpoint& { return c.listen; }, "where clients connect"));
    keys.push_back(text<std::string>(
        at, "data", "a path",
        [](std::string_view given) { return std::optional{std::string{given}}; },
        [](const std::string& path) { return path; },
        [](Config& c) -> std::string& { return c.data; },
        "directory of the chain; empty: thaw/devnet in the user's data directory"));
    keys.push_back(text<uint64_t>(
        at, "day", "a time such as \"60s\", \"24h\" or \"1d\", or \"stopped\"", parse_day_ms,
        [](const uint64_t& ms) { return ms == 0 ? "stopped" : duration_text(ms); },
        [](Config& c) -> uint64_t& { return c.day_ms; },
        "wall time of a day of chain time; \"stopped\": only clients move it"));
    keys.push_back(text<uint64_t>(
        at, "block", "a time such as \"1s\", or \"auto\"", parse_block_ms,
        [](const uint64_t& ms) { return ms == 0 ? "auto" : duration_text(ms); },
        [](Config& c) -> uint64_t& { return c.block_ms; },
        "wall time between blocks; \"auto\": a block for each transaction at once"));
    keys.push_back(number<uint32_t>(
        at, "requests_per_second", [](Config& c) -> uint32_t& { return c.requests_per_second; }, 0,
        1'000'000'000,
        "answered for one address, those in batches too; 0: 1000, or all while only this machine "
        "can connect"));
    keys.push_back(number<uint64_t>(
        at, "seed", [](Config& c) -> uint64_t& { return c.seed; }, 0, ~uint64_t{0} >> 1,
        "of what the simulated hosts do by chance"));
}

void add_hub(std::vector<ConfigKey>& keys) {
    const std::string at = "hub";
    keys.push_back(number<uint64_t>(
        at, "chain_id", [](Config& c) -> uint64_t& { return c.parameters.hub.chain_id; }, 1,
        1ull << 53, "what wallets sign for"));
    keys.push_back(number<u128>(
        at, "base_fee", [](Config& c) -> u128& { return c.parameters.hub.base_fee; }, 1,
        1'000'000'000'000, "wei for a unit of gas"));
    keys.push_back(number<uint64_t>(
        at, "block_gas_limit",
        [](Config& c) -> uint64_t& { return c.parameters.hub.block_gas_limit; }, 1'000'000,
        1'000'000'000, "gas of all transactions of a block"));
    keys.push_back(span_s(
        at, "frame", [](Config& c) -> uint64_t& { return c.parameters.hub.frame_s; },
        "chain time between two reports of rewards"));
    keys.push_back(text<bool>(
        at, "owner", "\"key\" or \"timelock\"",
        [](std::string_view given) -> std::optional<bool> {
            if (given != "key" && given != "timelock") return std::nullopt;
            return given == "timelock";
        },
        [](const bool& governed) { return std::string{governed ? "timelock" : "key"}; },
        [](Config& c) -> bool& { return c.parameters.governed; },
        "who may change parameters: what holders of THAW vote, or a key until it hands over"));
}

ConfigKey amount(const std::string& at, std::string name, const Network& of, Field<Assets> field,
                 std::string meaning) {
    const std::string symbol{of.asset_symbol.view()};
    const unsigned decimals = of.decimals;
    return text<Assets>(
        at, std::move(name), "an amount of " + symbol + ", such as \"1.5\"",
        [=](std::string_view given) -> std::optional<Assets> {
            const auto value = parse_amount(given, decimals);
            if (!value || *value == 0) return std::nullopt;
            return Assets{*value};
        },
        [=](const Assets& a) { return format_amount(a.value, decimals); }, std::move(field),
        symbol + ", " + meaning);
}

/// What leaving at once costs.
void add_flash(std::vector<ConfigKey>& keys, size_t index, const Network& defaults) {
    const std::string at = "network." + std::string{defaults.name.view()};
    const auto terms = [index](Config& c) -> protocol::flash::Terms& {
        return c.parameters.networks[index].flash;
    };
    keys.push_back(amount(
        at, "flash_target", defaults, [=](Config& c) -> Assets& { return terms(c).target; },
        "liquidity of the flash pool from which on leaving at once costs least"));
    keys.push_back(number<uint32_t>(
        at, "flash_fee_min_bps", [=](Config& c) -> uint32_t& { return terms(c).fee_min_bps; }, 0,
        protocol::flash::fee_max_bps, "that least, hundredths of a per cent"));
    keys.push_back(number<uint32_t>(
        at, "flash_fee_max_bps", [=](Config& c) -> uint32_t& { return terms(c).fee_max_bps; }, 0,
        protocol::flash::fee_max_bps, "fee for the last of the pool, hundredths of a per cent"));
}

void add_network(std::vector<ConfigKey>& keys, size_t index, const Network& defaults) {
    const std::string at = "network." + std::string{defaults.name.view()};
    const auto field = [index](auto Network::*member) {
        return [=](Config & c) -> auto& { return c.parameters.networks[index].parameters.*member; };
    };
    const auto parts = [&](std::string name, uint32_t Network::*member, uint64_t least,
                           uint64_t most, std::string meaning) {
        keys.push_back(
            number<uint32_t>(at, std::move(name), field(member), least, most, std::move(meaning)));
    };
    keys.push_back(
        amount(at, "stake_min", defaults, field(&Network::stake_min), "least to stake at once"));
    keys.push_back(amount(at, "delegation_min", defaults, field(&Network::delegation_min),
                          "least that is delegated to one validator at once"));
    if (!defaults.legacy_symbol.view().empty())
        keys.push_back(amount(at, "switch_supply", defaults, field(&Network::switch_supply),
                              "most of the legacy token that may be switched"));
    keys.push_back(span_s(at, "unbonding", field(&Network::unbonding_s),
                          "chain time that unbonding takes on the host"));
    keys.push_back(span_s(at, "batch_interval", field(&Network::batch_interval_s),
                          "chain time between two batches of tickets"));
    keys.push_back(number<uint8_t>(at, "lots_max", field(&Network::lots_max), 2, 255,
                                   "most lots that the host lets unbond from one validator"));
    parts("fee_bps", &Network::fee_bps, 0, 2'000,
          "service fee, hundredths of a per cent of rewards");
    parts("growth_max_ppm", &Network::growth_max_ppm, 1, 1'000,
          "most growth released in a frame, millionths");
    keys.push_back(span_s(at, "fall_window", field(&Network::fall_window_s),
                          "chain time over which losses of holders are added up"));
    parts("fall_automatic_ppm", &Network::fall_automatic_ppm, 0, 50'000,
          "most that holders may lose in it by one quorum, millionths");
    parts("fall_confirmed_ppm", &Network::fall_confirmed_ppm, 0, 50'000,
          "most that they may lose by a second quorum before the network halts, millionths");
    parts("apr_nominal_bps", &Network::apr_nominal_bps, 1, 100'000,
          "yearly return of the host before fees, hundredths of a per cent");
    parts("validator_cap_bps", &Network::validator_cap_bps, 1, 10'000,
          "most of the pool with one validator, hundredths of a per cent");
    parts("group_cap_bps", &Network::group_cap_bps, 1, 10'000,
          "most of the pool with one operator group, hundredths of a per cent");
    parts("uptime_min_bps", &Network::uptime_min_bps, 0, 10'000,
          "least uptime of a validator that gets new stake");
    parts("commission_max_bps", &Network::commission_max_bps, 0, 10'000,
          "most commission of a validator that gets new stake");
    keys.push_back(
        flag(at, "halted", field(&Network::halted), "true: no new stakes; funded claims go on"));
}

}  // namespace

const std::vector<ConfigKey>& config_keys() {
    static const std::vector<ConfigKey> all = [] {
        std::vector<ConfigKey> keys;
        add_devnet(keys);
        add_hub(keys);
        const protocol::Genesis defaults = protocol::default_genesis();
        for (size_t i = 0; i < defaults.networks.size(); ++i) {
            add_network(keys, i, defaults.networks[i].parameters);
            add_flash(keys, i, defaults.networks[i].parameters);
        }
        return keys;
    }();
    return all;
}

}  // namespace thaw::cli
