#include "thaw/codec/trie.hpp"

#include "thaw/base/assert.hpp"
#include "thaw/codec/rlp.hpp"
#include "thaw/crypto/keccak_many.hpp"

namespace thaw::codec {

namespace {

/// A value under the nibbles of rlp(index). No such key is a prefix of another, so values lie in
/// leaves only.
struct Entry {
    std::array<uint8_t, 1 + sizeof(size_t)> key{};
    uint8_t key_size = 0;
    BytesView value;

    Entry(size_t index, BytesView content) : value{content} {
        if (index > 0 && index < 0x80) {
            key[key_size++] = static_cast<uint8_t>(index);
            return;
        }
        const int bytes = (std::bit_width(index) + 7) / 8;
        key[key_size++] = static_cast<uint8_t>(0x80 + bytes);
        for (int shift = 8 * bytes - 8; shift >= 0; shift -= 8)
            key[key_size++] = static_cast<uint8_t>(index >> shift);
    }
    uint8_t nibble(size_t at) const {
        return at % 2 == 0 ? key[at / 2] >> 4 : static_cast<uint8_t>(key[at / 2] & 0x0f);
    }
    size_t nibble_count() const { return key_size * 2u; }
};

/// The nibbles [from, to) of a key, packed behind a flag that says leaf and odd.
class Path {
  public:
    Path(const Entry& entry, size_t from, size_t to, bool is_leaf) {
        const bool is_odd = (to - from) % 2 != 0;
        bytes_[0] = static_cast<uint8_t>(is_leaf << 5 | is_odd << 4);
        if (is_odd) bytes_[0] |= entry.nibble(from++);
        for (; from < to; from += 2)
            bytes_[size_++] =
                static_cast<uint8_t>(entry.nibble(from) << 4 | entry.nibble(from + 1));
    }
    BytesView view() const { return BytesView{bytes_}.first(size_); }

  private:
    std::array<uint8_t, 2 + sizeof(size_t)> bytes_{};
    size_t size_ = 1;
};

/// A node over sorted entries that agree in their first `depth` nibbles: of one a leaf, of several
/// a branch where they part, below an extension when they part later.
struct Node {
    std::span<const Entry> entries;
    uint32_t depth = 0;
    uint32_t fork = 0;      ///< where the entries part
    uint32_t children = 0;  ///< place of the first; they lie side by side
    uint16_t branches = 0;  ///< a bit for each that has a child
    BytesView encoded = {};
    Hash hash = {};

    bool is_leaf() const { return entries.size() == 1; }
    bool is_extension() const { return !is_leaf() && fork > depth; }
};

/// Appends a node's children; an extension has one.
void grow(std::vector<Node>& nodes, size_t at) {
    const auto entries = nodes[at].entries;
    if (nodes[at].is_leaf()) return;
    uint32_t fork = nodes[at].depth;
    while (entries.front().nibble(fork) == entries.back().nibble(fork)) ++fork;
    nodes[at].fork = fork;
    nodes[at].children = static_cast<uint32_t>(nodes.size());
    if (nodes[at].is_extension()) return void(nodes.push_back({.entries = entries, .depth = fork}));
    for (size_t first = 0; first < entries.size();) {
        const uint8_t branch = entries[first].nibble(fork);
        size_t end = first + 1;
        while (end < entries.size() && entries[end].nibble(fork) == branch) ++end;
        nodes[at].branches |= static_cast<uint16_t>(1u << branch);
        nodes.push_back({.entries = entries.subspan(first, end - first), .depth = fork + 1});
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

void write(RlpWriter& out, const std::vector<Node>& nodes, const Node& node) {
    const Entry& first = node.entries.front();
    const size_t list = out.open();
    if (node.is_leaf()) {
        out.string(Path{first, node.depth, first.nibble_count(), true}.view());
        out.string(first.value);
    } else if (node.is_extension()) {
        out.string(Path{first, node.depth, node.fork, false}.view());
        write_reference(out, nodes[node.children]);
    } else {
        size_t child = node.children;
        for (unsigned branch = 0; branch < 16; ++branch)
            if ((node.branches >> branch & 1) != 0)
                write_reference(out, nodes[child++]);
            else
                out.string(BytesView{});
        out.string(BytesView{});
    }
    out.close(list);
}

/// Encodes and hashes the nodes of one level together; those of the level below are done. Returns
/// the bytes that the nodes look into.
Bytes finish_level(std::vector<Node>& nodes, size_t begin, size_t end) {
    RlpWriter out;
    std::vector<size_t> ends;
    ends.reserve(end - begin);
    for (size_t i = begin; i < end; ++i) {
        write(out, nodes, nodes[i]);
        ends.push_back(out.items().size());
    }
    Bytes bytes = std::move(out).take();
    std::vector<BytesView> encoded;
    encoded.reserve(end - begin);
    for (size_t i = begin, from = 0; i < end; from = ends[i++ - begin]) {
        nodes[i].encoded = BytesView{bytes}.subspan(from, ends[i - begin] - from);
        encoded.push_back(nodes[i].encoded);
    }
    std::vector<Hash> hashes(encoded.size());
    crypto::keccak256_many(encoded, hashes);
    for (size_t i = begin; i < end; ++i) nodes[i].hash = hashes[i - begin];
    return bytes;
}

/// The hash of the root over these. The depth is bounded by the length of a key: 18 nibbles.
Hash root_over(std::span<const Entry> entries) {
    std::vector<Node> nodes;
    nodes.reserve(entries.size() + entries.size() / 8 + 16);
    nodes.push_back({.entries = entries});
    std::vector<size_t> levels{0};  // where each begins
    while (levels.back() < nodes.size()) {
        const size_t end = nodes.size();
        for (size_t i = levels.back(); i < end; ++i) grow(nodes, i);
        levels.push_back(end);
    }
    Bytes below;  // what the nodes of the level below look into
    for (size_t level = levels.size() - 1; level > 0; --level)
        below = finish_level(nodes, levels[level - 1], levels[level]);
    return nodes[0].hash;
}

}  // namespace

Hash ordered_root(std::span<const BytesView> values) {
    if (values.empty()) return empty_trie_root;
    // In the order of their encodings, 0 (0x80) follows 127 (0x7f) and precedes 128 (0x8180).
    const size_t before_zero = std::min<size_t>(values.size(), 128);
    std::vector<Entry> entries;
    entries.reserve(values.size());
    const auto add = [&](size_t index) {
        THAW_ASSERT(!values[index].empty());
        entries.emplace_back(index, values[index]);
    };
    for (size_t index = 1; index < before_zero; ++index) add(index);
    add(0);
    for (size_t index = before_zero; index < values.size(); ++index) add(index);
    return root_over(entries);
}

}  // namespace thaw::codec
