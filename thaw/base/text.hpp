/// Numbers and bytes as people write them: hexadecimal, decimal, and amounts with a decimal point.
#pragma once
#include <optional>
#include <string>

#include "thaw/base/types.hpp"

namespace thaw {

/// "0x" and two lower-case digits per byte.
std::string to_hex(BytesView bytes);
inline std::string to_hex(const Address& a) { return to_hex(BytesView{a.bytes}); }
inline std::string to_hex(const Hash& h) { return to_hex(BytesView{h.bytes}); }

/// Strict: "0x", an even number of digits, nothing else. Upper and lower case are both read.
std::optional<Bytes> parse_hex(std::string_view text);
std::optional<Address> parse_address(std::string_view text);
std::optional<Hash> parse_hash(std::string_view text);

/// Decimal digits without sign or separators.
std::string to_decimal(u128 value);
std::optional<u128> parse_decimal(std::string_view text);

/// "1.5" with 18 decimals is 1500000000000000000. Refuses more digits after the point than there
/// are decimals.
std::optional<u128> parse_amount(std::string_view text, unsigned decimals);
/// The inverse, trailing zeros dropped: "1.5", "0.000000000000000001", "3".
std::string format_amount(u128 value, unsigned decimals);

}  // namespace thaw
