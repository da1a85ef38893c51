#include "thaw/main/duration.hpp"

#include <fmt/chrono.h>

#include <array>

#include "thaw/base/text.hpp"

namespace thaw::cli {

namespace {

struct Unit {
    std::string_view name;
    uint64_t ms;
};
constexpr std::array<Unit, 5> units{
    {{"ms", 1}, {"s", 1'000}, {"m", 60'000}, {"h", 3'600'000}, {"d", 86'400'000}}};
constexpr uint64_t longest_ms = 100ull * 366 * 86'400'000;

}  // namespace

std::optional<uint64_t> parse_duration_ms(std::string_view text) {
    const size_t digits = std::min(text.find_first_not_of("0123456789"), text.size());
    const auto count = parse_decimal(text.substr(0, digits));
    if (!count || *count > longest_ms) return std::nullopt;
    for (const Unit& unit : units) {
        if (text.substr(digits) != unit.name) continue;
        const u128 ms = *count * unit.ms;
        if (ms > longest_ms) return std::nullopt;
        return static_cast<uint64_t>(ms);
    }
    return std::nullopt;
}

std::string format_duration(uint64_t seconds) {
    static constexpr std::array<Unit, 4> steps{{{"d", 86'400}, {"h", 3'600}, {"m", 60}, {"s", 1}}};
    std::string out;
    unsigned parts = 0;
    for (const Unit& step : steps) {
        const uint64_t count = seconds / step.ms;
        seconds %= step.ms;
        if (count == 0) {
            if (parts != 0) break;
            continue;
        }
        if (parts++ != 0) out += ' ';
        out += std::to_string(count) + std::string{step.name};
        if (parts == 2) break;
    }
    return out.empty() ? "0s" : out;
}

std::string format_time(uint64_t unix_s) {
    return fmt::format("{:%Y-%m-%d %H:%M:%S} UTC", fmt::gmtime(static_cast<time_t>(unix_s)));
}

}  // namespace thaw::cli
