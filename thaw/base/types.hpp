/// The words every room shares: bytes, addresses, hashes, 128-bit integers and quantities with a
/// unit.
#pragma once
#include <algorithm>
#include <array>
#include <bit>
#include <compare>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

namespace thaw {

static_assert(std::endian::native == std::endian::little,
              "rows are stored as little-endian memory images");

__extension__ using u128 = unsigned __int128;
inline constexpr u128 u128_max = ~u128{0};

using Bytes = std::vector<uint8_t>;
using BytesView = std::span<const uint8_t>;

/// 32 bytes: a keccak digest, a transaction hash, an account on a host chain.
struct Hash {
    std::array<uint8_t, 32> bytes{};
    friend constexpr auto operator<=>(const Hash&, const Hash&) = default;
    constexpr bool is_zero() const { return *this == Hash{}; }
};

/// A 20-byte Ethereum account.
struct Address {
    std::array<uint8_t, 20> bytes{};
    friend constexpr auto operator<=>(const Address&, const Address&) = default;
    constexpr bool is_zero() const { return *this == Address{}; }
};

/// A quantity of one unit. Two quantities of different units neither add nor compare: the compiler
/// keeps assets and shares apart, so that no review has to. Addition and subtraction that could
/// wrap are a bug and stop the node; where a user could cause it, the verb refuses first.
template <class Unit>
struct Quantity {
    u128 value = 0;
    friend constexpr auto operator<=>(const Quantity&, const Quantity&) = default;
    constexpr bool is_zero() const { return value == 0; }
};

/// Base units of an asset (wei of BNB, planck of DOT …).
using Assets = Quantity<struct AssetsUnit>;
/// Whole shares: one share has the decimals of the asset. What interfaces speak.
using Shares = Quantity<struct SharesUnit>;
/// Sub-shares: 10^9 to one whole share. What the ledger stores, so that fractions exist inside and
/// never outside.
using SubShares = Quantity<struct SubSharesUnit>;

/// What may lie in a table: bytes that mean the same after a copy, a crash or a trip to another
/// machine.
template <class T>
concept Plain = std::is_trivially_copyable_v<T> && std::has_unique_object_representations_v<T>;

static_assert(Plain<Address> && Plain<Hash> && Plain<Assets>);

inline BytesView view_of(std::string_view text) {
    return {reinterpret_cast<const uint8_t*>(text.data()), text.size()};
}
template <Plain T>
BytesView view_of(const T& object) {
    return {reinterpret_cast<const uint8_t*>(&object), sizeof object};
}

/// Appends bytes. Growing by `resize` doubles the capacity (an exact `reserve` would make a long
/// row of appends quadratic) and quiets a false -Wstringop-overread of GCC 12.
inline void append(Bytes& out, BytesView more) {
    if (more.empty()) return;
    const size_t at = out.size();
    out.resize(at + more.size());
    std::memcpy(out.data() + at, more.data(), more.size());
}

}  // namespace thaw
