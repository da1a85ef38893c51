#include "thaw/codec/trie.hpp"

#include "thaw/base/assert.hpp"
#include "thaw/codec/rlp.hpp"
#include "thaw/crypto/keccak_many.hpp"

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

/// A node over sorted entries that agree in their first `depth` nibbles: of one a leaf, of several
/// a branch where they part, below an extension when they part later.
struct Node {
    std::span<const Entry> entries;
    size_t depth = 0;
    size_t fork = 0;                    ///< where the entries part
    std::array<size_t, 16> children{};  ///< places of nodes; 0, the root's, is none
    Bytes encoded = {};
    Hash hash = {};

    bool is_leaf() const { return entries.size() == 1; }
    bool is_extension() const { return !is_leaf() && fork > depth; }
};

/// Appends a node's children; an extension has one.
void grow(std::vector<Node>& nodes, size_t at) {
    const auto entries = nodes[at].entries;
    if (nodes[at].is_leaf()) return;
    size_t fork = nodes[at].depth;
    while (entries.front().nibble(fork) == entries.back().nibble(fork)) ++fork;
    nodes[at].fork = fork;
    const auto append_child = [&](size_t branch, std::span<const Entry> own, size_t depth) {
        nodes[at].children[branch] = nodes.size();
        nodes.push_back({.entries = own, .depth = depth});
    };
    if (nodes[at].is_extension()) return append_child(0, entries, fork);
    for (size_t first = 0; first < entries.size();) {
        const uint8_t branch = entries[first].nibble(fork);
        size_t end = first + 1;
        while (end < entries.size() && entries[end].nibble(fork) == branch) ++end;
        append_child(branch, entries.subspan(first, end - first), fork + 1);
        first = end;
    }
}

/// How a parent names a node: by the node itself when it is shorter than a hash.
void write_reference(RlpWriter& out, const Node& node) {
    if (node.encoded.size() < sizeof(Hash))
        out.raw(node.encoded);
    else
        out.string(node.hash);
}

Bytes encode(const std::vector<Node>& nodes, const Node& node) {
    const Entry& first = node.entries.front();
    RlpWriter out;
    if (node.is_leaf()) {
        out.string(packed_path(first, node.depth, first.nibble_count(), true)).string(first.value);
    } else if (node.is_extension()) {
        out.string(packed_path(first, node.depth, node.fork, false));
        write_reference(out, nodes[node.children[0]]);
    } else {
        for (const size_t child : node.children)
            child == 0 ? void(out.string(BytesView{})) : write_reference(out, nodes[child]);
        out.string(BytesView{});
    }
    return out.as_list();
}

/// Encodes and hashes the nodes of one level together; those of the level below are done.
void finish_level(std::vector<Node>& nodes, size_t begin, size_t end) {
    std::vector<BytesView> encoded;
    for (size_t i = begin; i < end; ++i) {
        nodes[i].encoded = encode(nodes, nodes[i]);
        encoded.push_back(nodes[i].encoded);
    }
    std::vector<Hash> hashes(encoded.size());
    crypto::keccak256_many(encoded, hashes);
    for (size_t i = begin; i < end; ++i) nodes[i].hash = hashes[i - begin];
}

/// The hash of the root over these. The depth is bounded by the length of a key: 18 nibbles.
Hash root_over(std::span<const Entry> entries) {
    std::vector<Node> nodes{{.entries = entries}};
    std::vector<size_t> levels{0};  // where each begins
    while (levels.back() < nodes.size()) {
        const size_t end = nodes.size();
        for (size_t i = levels.back(); i < end; ++i) grow(nodes, i);
        levels.push_back(end);
    }
    for (size_t level = levels.size() - 1; level > 0; --level)
        finish_level(nodes, levels[level - 1], levels[level]);
    return nodes[0].hash;
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
    return root_over(entries);
}

}  // namespace thaw::codec
