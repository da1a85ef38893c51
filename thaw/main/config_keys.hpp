/// The keys of the configuration file, as one table: how each is read, printed and explained.
#pragma once
#include <toml++/toml.h>

#include <functional>

#include "thaw/main/config.hpp"

namespace thaw::cli {

struct ConfigKey {
    std::string section;  ///< "hub", "network.bnb"
    std::string name;
    std::string meaning;
    /// What would have been right, or nothing once the value is in the configuration.
    std::function<std::optional<std::string>(Config&, const toml::node&)> read;
    std::function<std::string(const Config&)> print;  ///< as TOML
};

/// In the order in which they are printed.
const std::vector<ConfigKey>& config_keys();

}  // namespace thaw::cli
