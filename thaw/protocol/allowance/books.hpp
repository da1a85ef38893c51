/// Who may spend whose tokens, and the nonces of signed permits; one set of books for all fungible
/// tokens.
#pragma once
#include "thaw/protocol/networks/books.hpp"

namespace thaw::protocol::allowance {

struct Key {
    Address owner;
    Address spender;
    Address token;
    friend constexpr bool operator==(const Key&, const Key&) = default;
};
struct NonceKey {
    Address owner;
    Address token;
    friend constexpr bool operator==(const NonceKey&, const NonceKey&) = default;
};
struct Row {
    u128 amount = 0;  ///< u128_max: unlimited
};
struct Nonce {
    uint64_t next = 0;
};
struct Books {
    Table<Key, Row> allowances;
    Table<NonceKey, Nonce> nonces;

    static auto tables(auto& b) { return std::tie(b.allowances, b.nonces); }
};

}  // namespace thaw::protocol::allowance
