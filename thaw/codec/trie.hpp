/// The Merkle-Patricia root of a list: what a block header says about its transactions.
#pragma once
#include "thaw/base/types.hpp"
#include "thaw/crypto/keccak.hpp"

namespace thaw::codec {

/// The root of the trie without entries.
inline constexpr Hash empty_trie_root = crypto::keccak256_constexpr("\x80");

/// The root of the trie that maps rlp(index) to each value, in time linear in the number of values.
/// No value may be empty: the trie could not tell it from an absent one.
Hash ordered_root(std::span<const BytesView> values);

}  // namespace thaw::codec
