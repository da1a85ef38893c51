#include "thaw/base/text.hpp"

#include "thaw/base/math.hpp"

namespace thaw {
namespace {

/// The value of each hex digit; of any other character a number above 15.
constexpr auto digit_values = [] {
    std::array<uint8_t, 256> values{};
    values.fill(0xff);
    for (uint8_t i = 0; i < 10; ++i) values[static_cast<size_t>('0' + i)] = i;
    for (uint8_t i = 10; i < 16; ++i) {
        values[static_cast<size_t>('a' + i - 10)] = i;
        values[static_cast<size_t>('A' + i - 10)] = i;
    }
    return values;
}();
uint8_t digit_of(char c) { return digit_values[static_cast<uint8_t>(c)]; }

bool fill_hex(std::string_view text, std::span<uint8_t> out) {
    if (!text.starts_with("0x") || text.size() != 2 + 2 * out.size()) return false;
    for (size_t i = 0; i < out.size(); ++i) {
        const uint8_t high = digit_of(text[2 + 2 * i]);
        const uint8_t low = digit_of(text[3 + 2 * i]);
        if ((high | low) > 15) return false;
        out[i] = static_cast<uint8_t>(high << 4 | low);
    }
    return true;
}

}  // namespace

std::string to_hex(BytesView bytes) {
    static constexpr char digits[] = "0123456789abcdef";
    std::string out(2 + 2 * bytes.size(), '0');
    out[1] = 'x';
    for (size_t i = 0; i < bytes.size(); ++i) {
        out[2 + 2 * i] = digits[bytes[i] >> 4];
        out[3 + 2 * i] = digits[bytes[i] & 15];
    }
    return out;
}

std::optional<Bytes> parse_hex(std::string_view text) {
    if (text.size() < 2 || text.size() % 2 != 0) return std::nullopt;
    Bytes out((text.size() - 2) / 2);
    if (!fill_hex(text, out)) return std::nullopt;
    return out;
}

std::optional<Address> parse_address(std::string_view text) {
    Address out;
    if (!fill_hex(text, out.bytes)) return std::nullopt;
    return out;
}

std::optional<Hash> parse_hash(std::string_view text) {
    Hash out;
    if (!fill_hex(text, out.bytes)) return std::nullopt;
    return out;
}

std::string to_decimal(u128 value) {
    char buffer[40];
    char* at = buffer + sizeof buffer;
    do {
        *--at = static_cast<char>('0' + static_cast<int>(value % 10));
        value /= 10;
    } while (value != 0);
    return {at, buffer + sizeof buffer};
}

std::optional<u128> parse_decimal(std::string_view text) {
    if (text.empty()) return std::nullopt;
    u128 value = 0;
    for (const char c : text) {
        if (c < '0' || c > '9') return std::nullopt;
        const auto digit = static_cast<unsigned>(c - '0');
        if (value > (u128_max - digit) / 10) return std::nullopt;
        value = value * 10 + digit;
    }
    return value;
}

std::optional<u128> parse_amount(std::string_view text, unsigned decimals) {
    const size_t point = text.find('.');
    const std::string_view whole = text.substr(0, point);
    const std::string_view fraction =
        point == text.npos ? std::string_view{} : text.substr(point + 1);
    if (fraction.size() > decimals || (whole.empty() && fraction.empty())) return std::nullopt;
    std::string digits{whole};
    digits += fraction;
    digits.append(decimals - fraction.size(), '0');
    return parse_decimal(digits);
}

std::string format_amount(u128 value, unsigned decimals) {
    std::string digits = to_decimal(value);
    if (digits.size() <= decimals) digits.insert(0, decimals + 1 - digits.size(), '0');
    if (decimals == 0) return digits;
    digits.insert(digits.size() - decimals, 1, '.');
    while (digits.back() == '0') digits.pop_back();
    if (digits.back() == '.') digits.pop_back();
    return digits;
}

}  // namespace thaw
