/// "127.0.0.1:8545", "[::1]:0": where to listen.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace thaw::cli {

struct Endpoint {
    std::string address;
    uint16_t port = 0;
};

/// An IP address, in brackets when it has colons, and a port from 0 to 65535.
std::optional<Endpoint> parse_endpoint(std::string_view text);

/// The inverse.
std::string format_endpoint(const Endpoint& endpoint);

}  // namespace thaw::cli
