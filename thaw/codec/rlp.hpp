/// RLP, Ethereum's serialisation: a writer, and a reader that accepts only the canonical form.
#pragma once
#include <tl/expected.hpp>

#include "thaw/base/types.hpp"

namespace thaw::codec {

/// Why bytes are not canonical RLP of the expected shape.
enum class RlpFault : uint8_t {
    truncated,           ///< An item is longer than what is left.
    trailing_bytes,      ///< Something follows the last expected item.
    non_canonical_size,  ///< A shorter encoding of the same item exists.
    size_too_large,      ///< An item claims 4 GiB or more.
    leading_zeros,       ///< An integer starts with a zero byte.
    integer_too_large,   ///< An integer is wider than its field.
    wrong_size,          ///< A string of fixed size has another size.
    expected_string,     ///< A list stands where a string belongs.
    expected_list,       ///< A string stands where a list belongs.
};
std::string_view text(RlpFault fault);

template <class T>
using RlpResult = tl::expected<T, RlpFault>;

struct RlpItem {
    bool is_list = false;
    BytesView payload;
};

/// Reads the items of a payload one by one; views point into the payload. Lists are not entered, so
/// nesting costs no stack: the caller opens a list when the shape he expects has one.
class RlpReader {
  public:
    explicit RlpReader(BytesView payload) : rest_{payload} {}

    bool at_end() const { return rest_.empty(); }
    /// What was not read yet.
    BytesView rest() const { return rest_; }
    RlpResult<RlpItem> next();
    RlpResult<BytesView> string();
    RlpResult<RlpReader> list();
    /// A canonical integer of at most `bytes_max` bytes, which is at most 16.
    RlpResult<u128> integer(size_t bytes_max = 16);
    RlpResult<uint64_t> integer64();
    /// A canonical integer of at most 256 bits, big-endian.
    RlpResult<Hash> integer256();
    /// A string of exactly the size of T: Address or Hash.
    template <class T>
    RlpResult<T> fixed() {
        const auto bytes = string();
        if (!bytes) return tl::unexpected(bytes.error());
        T value;
        if (bytes->size() != value.bytes.size()) return tl::unexpected(RlpFault::wrong_size);
        std::copy(bytes->begin(), bytes->end(), value.bytes.begin());
        return value;
    }

  private:
    BytesView rest_;
};

/// The one item that `whole` consists of.
RlpResult<RlpItem> decode_rlp(BytesView whole);

/// Appends items to a buffer. A list is written by writing its items into a writer of their own,
/// `out.list(RlpWriter{}.integer(1).string(bytes))`, or in place between `open` and `close`.
class RlpWriter {
  public:
    RlpWriter& string(BytesView bytes);
    RlpWriter& string(std::string_view bytes) { return string(view_of(bytes)); }
    RlpWriter& string(const Address& a) { return string(BytesView{a.bytes}); }
    RlpWriter& string(const Hash& h) { return string(BytesView{h.bytes}); }
    RlpWriter& integer(u128 value);
    /// A 256-bit big-endian integer.
    RlpWriter& integer(const Hash& value);
    RlpWriter& list(const RlpWriter& items);
    /// Items that are already encoded.
    RlpWriter& raw(BytesView items);
    /// Begins a list: what is written until `close` is told of this place are its items.
    size_t open() const { return used_; }
    RlpWriter& close(size_t opened);

    void reserve(size_t bytes) {
        if (bytes > out_.size()) out_.resize(bytes);
    }

    BytesView items() const { return {out_.data(), used_}; }
    Bytes take() && {
        out_.resize(used_);
        return std::move(out_);
    }
    /// The items written so far as one list.
    Bytes as_list() const;

  private:
    void header(uint8_t offset, size_t size);
    /// Where so many more bytes go.
    uint8_t* more(size_t bytes) {
        if (out_.size() - used_ < bytes) make_room(bytes);
        return out_.data() + std::exchange(used_, used_ + bytes);
    }
    void make_room(size_t bytes);

    Bytes out_;  ///< with room for more: to append to a vector costs several times as much
    size_t used_ = 0;
};

}  // namespace thaw::codec
