#include "thaw/node/sorted_writes.hpp"

#include <algorithm>
#include <boost/sort/spreadsort/integer_sort.hpp>
#include <limits>

#include "thaw/base/assert.hpp"

namespace thaw::node {

namespace {

/// The first bytes as a big-endian number, which sorts as they do; of a short key filled up with
/// zeros.
uint64_t beginning_of(BytesView key) {
    uint64_t number = 0;
    std::memcpy(&number, key.data(), std::min(key.size(), sizeof number));
    return __builtin_bswap64(number);
}

}  // namespace

SortedWrites::SortedWrites(size_t writes, size_t bytes) {
    places_.reserve(writes);
    bytes_.reserve(bytes);
}

void SortedWrites::add(Head head, BytesView rest, BytesView value) {
    const size_t key_size = head.size() + rest.size();
    const size_t at = bytes_.size();
    THAW_ASSERT(key_size <= std::numeric_limits<uint16_t>::max());
    THAW_ASSERT(value.size() <= std::numeric_limits<uint16_t>::max());
    THAW_ASSERT(at <= std::numeric_limits<uint32_t>::max());
    bytes_.push_back(head.first);
    if (head.second) bytes_.push_back(*head.second);
    append(bytes_, rest);
    append(bytes_, value);
    places_.push_back({.beginning = beginning_of({bytes_.data() + at, key_size}),
                       .at = static_cast<uint32_t>(at),
                       .key_size = static_cast<uint16_t>(key_size),
                       .value_size = static_cast<uint16_t>(value.size())});
}

/// Of the same key, the one added before.
bool SortedWrites::is_before(const Place& a, const Place& b) const {
    if (a.beginning != b.beginning) return a.beginning < b.beginning;
    const int order = std::memcmp(key(a).data(), key(b).data(), std::min(a.key_size, b.key_size));
    if (order != 0) return order < 0;
    return a.key_size != b.key_size ? a.key_size < b.key_size : a.at < b.at;
}

std::vector<WriteView> SortedWrites::sorted() {
    // Keys lie anywhere in memory, and waiting for them takes longest. So what they begin with is
    // sorted alone, and each is looked at once afterwards, when it is already on its way.
    boost::sort::spreadsort::integer_sort(
        places_.begin(), places_.end(),
        [](const Place& place, unsigned bits) { return place.beginning >> bits; },
        [](const Place& a, const Place& b) {
            return a.beginning != b.beginning ? a.beginning < b.beginning : a.at < b.at;
        });
    std::vector<WriteView> all;
    all.reserve(places_.size());
    constexpr size_t ahead = 16;
    size_t fetched = 0;
    for (size_t end = 0; end < places_.size();) {
        const size_t from = end;
        while (end < places_.size() && places_[end].beginning == places_[from].beginning) ++end;
        for (; fetched < std::min(end + ahead, places_.size()); ++fetched)
            __builtin_prefetch(bytes_.data() + places_[fetched].at);
        add_alike(std::span{places_}.subspan(from, end - from), all);
    }
    return all;
}

/// Those that begin alike are mostly writes to one key, and then in order as they are.
void SortedWrites::add_alike(std::span<Place> alike, std::vector<WriteView>& all) const {
    const auto is_first = [&](const Place& one) {
        return std::ranges::equal(key(one), key(alike.front()));
    };
    if (!std::ranges::all_of(alike.subspan(1), is_first))
        std::ranges::sort(alike,
                          [this](const Place& a, const Place& b) { return is_before(a, b); });
    for (const Place& place : alike) {
        const BytesView value{bytes_.data() + place.at + place.key_size, place.value_size};
        if (all.empty() || !std::ranges::equal(all.back().key, key(place))) all.emplace_back();
        all.back() = {key(place), value.empty() ? std::nullopt : std::optional{value}};
    }
}

}  // namespace thaw::node
