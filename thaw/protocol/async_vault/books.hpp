/// Redemptions that were asked for through the ERC-7540 face of a reward-bearing token and are not
/// claimed yet, in each controller's line; and who may act for whom.
#pragma once
#include "thaw/protocol/networks/books.hpp"

namespace thaw::protocol::async_vault {

/// By ticket id, which is the request's id. Kept until all of it is claimed.
struct Request {
    Address controller;
    NetworkId network = 0;
    std::array<uint8_t, 11> reserved{};
    Shares shares;   ///< asked for
    Shares claimed;  ///< of them, already redeemed or withdrawn
};
static_assert(Plain<Request> && sizeof(Request) == 64);

/// A controller's requests in the order they were made: those before `first` are over.
struct LineKey {
    Address controller;
    NetworkId network = 0;
    std::array<uint8_t, 3> reserved{};
    friend constexpr bool operator==(const LineKey&, const LineKey&) = default;
};
struct Line {
    uint64_t first = 0;
    uint64_t end = 0;
};
struct PlaceKey {
    Address controller;
    NetworkId network = 0;
    std::array<uint8_t, 3> reserved{};
    uint64_t place = 0;
    friend constexpr bool operator==(const PlaceKey&, const PlaceKey&) = default;
};
static_assert(Plain<PlaceKey> && sizeof(PlaceKey) == 32);
struct Id {
    uint64_t ticket = 0;
};

struct OperatorKey {
    Address controller;
    Address spender;
    NetworkId network = 0;
    std::array<uint8_t, 3> reserved{};
    friend constexpr bool operator==(const OperatorKey&, const OperatorKey&) = default;
};
static_assert(Plain<OperatorKey> && sizeof(OperatorKey) == 44);
struct Flag {
    uint8_t on = 0;
};

struct Books {
    Table<uint64_t, Request> requests;
    Table<LineKey, Line> lines;
    Table<PlaceKey, Id> places;
    Table<OperatorKey, Flag> operators;

    static auto tables(auto& b) { return std::tie(b.requests, b.lines, b.places, b.operators); }
};

}  // namespace thaw::protocol::async_vault
