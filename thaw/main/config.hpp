/// The configuration file: TOML, every key known, every fault named with its line.
#pragma once
#include <tl/expected.hpp>

#include "thaw/main/listen.hpp"
#include "thaw/protocol/genesis.hpp"

namespace thaw::cli {

/// The specification's figures, with governance as the owner.
inline protocol::Genesis governed_genesis() {
    protocol::Genesis genesis = protocol::default_genesis();
    genesis.governed = true;
    return genesis;
}

struct Config {
    Endpoint listen{.address = "127.0.0.1", .port = 8545};
    std::string data;                  ///< empty: the default place
    uint64_t day_ms = 60'000;          ///< wall time of a day of chain time; 0: it stands still
    uint64_t block_ms = 0;             ///< between blocks; 0: a block for each transaction at once
    uint32_t requests_per_second = 0;  ///< of one address; 0: see requests_limit
    uint64_t seed = 1;                 ///< of what the simulated hosts do by chance
    protocol::Genesis parameters = governed_genesis();
};

/// Reads a file's text over the defaults. `file` is what messages call it: "thaw.toml:3: unknown
/// key …".
tl::expected<Config, std::string> read_config(std::string_view text, std::string_view file);

/// Reads a file; an empty path gives the defaults. Throws Failure.
Config load_config(const std::string& path);

/// Every key with its value and what it means; `read_config` reads it back.
std::string print_config(const Config& config);

/// What `requests_per_second` means where it is 0: none while only this machine can connect.
uint32_t requests_limit(const Config& config);

/// Where a devnet keeps its chain unless told otherwise.
std::string default_data_dir();

/// "stopped" is 0.
std::optional<uint64_t> parse_day_ms(std::string_view text);
/// "auto" is 0.
std::optional<uint64_t> parse_block_ms(std::string_view text);

}  // namespace thaw::cli
