#include "thaw/main/listen.hpp"

#include "thaw/base/text.hpp"

namespace thaw::cli {

std::optional<Endpoint> parse_endpoint(std::string_view text) {
    const size_t colon = text.rfind(':');
    if (colon == std::string_view::npos || colon == 0) return std::nullopt;
    std::string_view address = text.substr(0, colon);
    if (address.starts_with('[') != address.ends_with(']')) return std::nullopt;
    const bool bracketed = address.starts_with('[');
    if (bracketed) address = address.substr(1, address.size() - 2);
    if (bracketed != (address.find(':') != std::string_view::npos)) return std::nullopt;
    if (address == "localhost") address = "127.0.0.1";
    const auto port = parse_decimal(text.substr(colon + 1));
    if (address.empty() || !port || *port > 65'535) return std::nullopt;
    return Endpoint{.address = std::string{address}, .port = static_cast<uint16_t>(*port)};
}

std::string format_endpoint(const Endpoint& endpoint) {
    const bool brackets = endpoint.address.find(':') != std::string::npos;
    return (brackets ? "[" + endpoint.address + "]" : endpoint.address) + ":" +
           std::to_string(endpoint.port);
}

}  // namespace thaw::cli
