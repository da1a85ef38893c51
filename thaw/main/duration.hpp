/// Spans of time as people write them: "60s", "10m", "24h", "7d".
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace thaw::cli {

/// A whole number and a unit of ms, s, m, h or d, in milliseconds. Nothing else is read, and
/// nothing above 100 years.
std::optional<uint64_t> parse_duration_ms(std::string_view text);

/// The two largest units that are not zero, rounded down: "3d 4h", "59s", "0s".
std::string format_duration(uint64_t seconds);

/// "2026-11-21 01:05:00 UTC".
std::string format_time(uint64_t unix_s);

}  // namespace thaw::cli
