/// Many small writes on their way into the store, in one piece of memory and in the order of keys.
#pragma once
#include "thaw/node/storage.hpp"

namespace thaw::node {

class SortedWrites {
  public:
    /// Room for so many writes, and bytes of their keys and values.
    SortedWrites(size_t writes, size_t bytes);
    /// What a key begins with: one byte or two. It fits a register, where a view of it would be
    /// waited for in memory.
    struct Head {
        uint8_t first;
        std::optional<uint8_t> second = {};
        size_t size() const { return second ? 2 : 1; }
    };
    /// The key is `head` and `rest` together. An empty value removes it. Of several writes to one
    /// key the last counts.
    void add(Head head, BytesView rest, BytesView value);
    /// Each key once, in order; good while this lives and nothing is added.
    std::vector<WriteView> sorted();

  private:
    /// What a key begins with, by which most are told apart, and where the write lies.
    struct Place {
        uint64_t beginning;
        uint32_t at;
        uint16_t key_size;
        uint16_t value_size;
    };
    BytesView key(const Place& place) const { return {bytes_.data() + place.at, place.key_size}; }
    bool is_before(const Place& a, const Place& b) const;
    void add_alike(std::span<Place> alike, std::vector<WriteView>& all) const;

    Bytes bytes_;
    std::vector<Place> places_;
};

}  // namespace thaw::node
