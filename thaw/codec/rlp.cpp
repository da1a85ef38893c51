#include "thaw/codec/rlp.hpp"

#include "thaw/base/assert.hpp"

namespace thaw::codec {

namespace {

constexpr uint8_t string_offset = 0x80;
constexpr uint8_t list_offset = 0xc0;
constexpr size_t short_size_max = 55;

/// The big-endian digits of a value without leading zeros.
class Digits {
  public:
    explicit Digits(u128 value) {
        const auto high = static_cast<uint64_t>(value >> 64);
        const auto low = static_cast<uint64_t>(value);
        const std::array<uint64_t, 2> big{__builtin_bswap64(high), __builtin_bswap64(low)};
        std::memcpy(bytes_.data(), big.data(), sizeof big);
        const int zeros = high != 0 ? std::countl_zero(high) : 64 + std::countl_zero(low);
        first_ = static_cast<size_t>(zeros) / 8;
    }
    BytesView view() const { return BytesView{bytes_}.subspan(first_); }

  private:
    std::array<uint8_t, 16> bytes_;
    size_t first_;
};

/// What stands before the payload of a string or list.
class Header {
  public:
    Header(uint8_t offset, size_t payload) {
        if (payload <= short_size_max) {
            bytes_[0] = static_cast<uint8_t>(offset + payload);
            return;
        }
        const Digits digits{payload};
        size_ = 1 + digits.view().size();
        bytes_[0] = static_cast<uint8_t>(offset + short_size_max + digits.view().size());
        std::copy(digits.view().begin(), digits.view().end(), bytes_.begin() + 1);
    }
    BytesView view() const { return BytesView{bytes_}.first(size_); }

  private:
    std::array<uint8_t, 1 + sizeof(size_t)> bytes_{};
    size_t size_ = 1;
};

RlpResult<BytesView> integer_digits(RlpReader& reader, size_t bytes_max) {
    const auto digits = reader.string();
    if (!digits) return digits;
    if (!digits->empty() && digits->front() == 0) return tl::unexpected(RlpFault::leading_zeros);
    if (digits->size() > bytes_max) return tl::unexpected(RlpFault::integer_too_large);
    return digits;
}

}  // namespace

std::string_view text(RlpFault fault) {
    switch (fault) {
        case RlpFault::truncated:
            return "item is longer than the input";
        case RlpFault::trailing_bytes:
            return "trailing bytes";
        case RlpFault::non_canonical_size:
            return "non-canonical size";
        case RlpFault::size_too_large:
            return "size too large";
        case RlpFault::leading_zeros:
            return "leading zeros in integer";
        case RlpFault::integer_too_large:
            return "integer too large";
        case RlpFault::wrong_size:
            return "wrong size of a fixed-size string";
        case RlpFault::expected_string:
            return "expected string, got list";
        case RlpFault::expected_list:
            return "expected list, got string";
    }
    THAW_ASSERT(false);
}

RlpResult<RlpItem> RlpReader::next() {
    if (rest_.empty()) return tl::unexpected(RlpFault::truncated);
    const uint8_t first = rest_[0];
    if (first < string_offset) {
        const BytesView itself = rest_.first(1);
        rest_ = rest_.subspan(1);
        return RlpItem{false, itself};
    }
    const bool is_list = first >= list_offset;
    size_t size = first - (is_list ? list_offset : string_offset);
    size_t header_size = 1;
    if (size > short_size_max) {
        const size_t digits = size - short_size_max;
        if (rest_.size() - 1 < digits) return tl::unexpected(RlpFault::truncated);
        if (rest_[1] == 0) return tl::unexpected(RlpFault::non_canonical_size);
        if (digits > 4) return tl::unexpected(RlpFault::size_too_large);
        size = 0;
        for (const uint8_t digit : rest_.subspan(1, digits)) size = size << 8 | digit;
        if (size <= short_size_max) return tl::unexpected(RlpFault::non_canonical_size);
        header_size += digits;
    }
    if (rest_.size() - header_size < size) return tl::unexpected(RlpFault::truncated);
    const BytesView payload = rest_.subspan(header_size, size);
    if (!is_list && size == 1 && payload[0] < string_offset)
        return tl::unexpected(RlpFault::non_canonical_size);
    rest_ = rest_.subspan(header_size + size);
    return RlpItem{is_list, payload};
}

RlpResult<BytesView> RlpReader::string() {
    const auto item = next();
    if (!item) return tl::unexpected(item.error());
    if (item->is_list) return tl::unexpected(RlpFault::expected_string);
    return item->payload;
}

RlpResult<RlpReader> RlpReader::list() {
    const auto item = next();
    if (!item) return tl::unexpected(item.error());
    if (!item->is_list) return tl::unexpected(RlpFault::expected_list);
    return RlpReader{item->payload};
}

RlpResult<u128> RlpReader::integer(size_t bytes_max) {
    THAW_ASSERT(bytes_max <= sizeof(u128));
    const auto digits = integer_digits(*this, bytes_max);
    if (!digits) return tl::unexpected(digits.error());
    u128 value = 0;
    for (const uint8_t digit : *digits) value = value << 8 | digit;
    return value;
}

RlpResult<uint64_t> RlpReader::integer64() {
    return integer(sizeof(uint64_t)).map([](u128 value) { return static_cast<uint64_t>(value); });
}

RlpResult<Hash> RlpReader::integer256() {
    const auto digits = integer_digits(*this, sizeof(Hash));
    if (!digits) return tl::unexpected(digits.error());
    Hash value;
    std::copy_backward(digits->begin(), digits->end(), value.bytes.end());
    return value;
}

RlpResult<RlpItem> decode_rlp(BytesView whole) {
    RlpReader reader{whole};
    const auto item = reader.next();
    if (item && !reader.at_end()) return tl::unexpected(RlpFault::trailing_bytes);
    return item;
}

void RlpWriter::make_room(size_t bytes) {
    out_.resize(std::max({size_t{64}, 2 * out_.size(), used_ + bytes}));
}

void RlpWriter::header(uint8_t offset, size_t size) { raw(Header{offset, size}.view()); }

RlpWriter& RlpWriter::string(BytesView bytes) {
    const bool is_itself = bytes.size() == 1 && bytes[0] < string_offset;
    if (!is_itself) header(string_offset, bytes.size());
    return raw(bytes);
}

RlpWriter& RlpWriter::integer(u128 value) {
    if (value != 0 && value < string_offset) {
        *more(1) = static_cast<uint8_t>(value);
        return *this;
    }
    return string(Digits{value}.view());
}

RlpWriter& RlpWriter::integer(const Hash& value) {
    const auto first =
        std::find_if(value.bytes.begin(), value.bytes.end(), [](uint8_t b) { return b != 0; });
    return string(BytesView{first, value.bytes.end()});
}

RlpWriter& RlpWriter::list(const RlpWriter& items) {
    header(list_offset, items.used_);
    return raw(items.items());
}

RlpWriter& RlpWriter::raw(BytesView items) {
    if (!items.empty()) std::memcpy(more(items.size()), items.data(), items.size());
    return *this;
}

RlpWriter& RlpWriter::close(size_t opened) {
    const size_t size = used_ - opened;
    const Header made{list_offset, size};
    const BytesView header = made.view();
    more(header.size());
    uint8_t* const list = out_.data() + opened;
    std::memmove(list + header.size(), list, size);
    std::memcpy(list, header.data(), header.size());
    return *this;
}

Bytes RlpWriter::as_list() const {
    RlpWriter out;
    out.list(*this);
    return std::move(out).take();
}

}  // namespace thaw::codec
