#include "thaw/codec/trie.hpp"

#include "thaw/base/assert.hpp"
#include "thaw/codec/rlp.hpp"

namespace thaw::codec {

namespace {

/// A value under the nibbles of rlp(index). No such key is a prefix of another, so values lie in
/// leaves only.
struct Entry {
    Bytes key;
    BytesView value;

    uint8_t nibble(size_t at) const {
        return at % 2 == 0 ? key[at / 2] >> 4 : static_cast<uint8_t>(key[at / 2] & 0x0f);
    }
    size_t nibble_count() const { return key.size() * 2; }
};

/// The nibbles [from, to) of a key, packed behind a flag that says leaf and odd.
Bytes packed_path(const Entry& entry, size_t from, size_t to, bool is_leaf) {
    const bool is_odd = (to - from) % 2 != 0;
    Bytes path{static_cast<uint8_t>(is_leaf << 5 | is_odd << 4)};
    if (is_odd) path[0] |= entry.nibble(from++);
    for (; from < to; from += 2)
        path.push_back(static_cast<uint8_t>(entry.nibble(from) << 4 | entry.nibble(from + 1)));
    return path;
}

/// How a parent names a node: by the node itself when it is shorter than a hash.
void write_reference(RlpWriter& out, const Bytes& node) {
    if (node.size() < sizeof(Hash))
        out.raw(node);
    else
        out.string(crypto::keccak256(BytesView{node}));
}

/// The node over sorted entries that agree in their first `depth` nibbles. The depth of the
/// recursion is bounded by the length of a key: 18 nibbles.
Bytes node_over(std::span<const Entry> entries, size_t depth) {
    const Entry& first = entries.front();
    RlpWriter node;
    if (entries.size() == 1) {
        node.string(packed_path(first, depth, first.nibble_count(), true)).string(first.value);
        return node.as_list();
    }
    size_t fork = depth;
    while (first.nibble(fork) == entries.back().nibble(fork)) ++fork;
    if (fork > depth) {
        node.string(packed_path(first, depth, fork, false));
        write_reference(node, node_over(entries, fork));
        return node.as_list();
    }
    for (uint8_t branch = 0; branch < 16; ++branch) {
        const auto end = std::find_if(entries.begin(), entries.end(), [&](const Entry& entry) {
            return entry.nibble(depth) != branch;
        });
        const auto taken = static_cast<size_t>(end - entries.begin());
        if (taken == 0)
            node.string(BytesView{});
        else
            write_reference(node, node_over(entries.first(taken), depth + 1));
        entries = entries.subspan(taken);
    }
    return node.string(BytesView{}).as_list();
}

}  // namespace

Hash ordered_root(std::span<const Bytes> values) {
    if (values.empty()) return empty_trie_root;
    // In the order of their encodings, 0 (0x80) follows 127 (0x7f) and precedes 128 (0x8180).
    const size_t before_zero = std::min<size_t>(values.size(), 128);
    std::vector<Entry> entries;
    entries.reserve(values.size());
    const auto add = [&](size_t index) {
        THAW_ASSERT(!values[index].empty());
        entries.push_back({std::move(RlpWriter{}.integer(index)).take(), values[index]});
    };
    for (size_t index = 1; index < before_zero; ++index) add(index);
    add(0);
    for (size_t index = before_zero; index < values.size(); ++index) add(index);
    return crypto::keccak256(BytesView{node_over(entries, 0)});
}

}  // namespace thaw::codec
