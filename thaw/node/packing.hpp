/// Plain values to bytes and back, one after another, for what the node keeps on disk.
#pragma once
#include "thaw/base/types.hpp"

namespace thaw::node {

/// Appends little-endian images of plain values, and bytes behind their 32-bit length.
class Packer {
  public:
    template <Plain T>
    Packer& put(const T& value) {
        append(out_, view_of(value));
        return *this;
    }
    Packer& put_bytes(BytesView bytes) {
        put(static_cast<uint32_t>(bytes.size()));
        append(out_, bytes);
        return *this;
    }
    void reserve(size_t bytes) { out_.reserve(bytes); }
    Bytes take() { return std::move(out_); }

  private:
    Bytes out_;
};

/// Reads what a Packer wrote. After the first fault everything reads as zero and `ok` is false.
class Unpacker {
  public:
    explicit Unpacker(BytesView bytes) : rest_{bytes} {}

    template <Plain T>
    T get() {
        T value{};
        const BytesView image = take(sizeof value);
        if (image.size() == sizeof value) std::memcpy(&value, image.data(), sizeof value);
        return value;
    }
    /// A flag is one byte, 0 or 1; others are faults.
    bool get_flag() {
        const auto flag = get<uint8_t>();
        if (flag > 1) ok_ = false;
        return flag == 1;
    }
    BytesView get_bytes() { return take(get<uint32_t>()); }
    /// How many elements follow, each of which takes at least `size_min` bytes.
    uint32_t get_count(size_t size_min) {
        const auto count = get<uint32_t>();
        if (count > rest_.size() / size_min) ok_ = false;
        return ok_ ? count : 0;
    }

    bool ok() const { return ok_; }
    /// True when all was read without a fault and nothing is left.
    bool finished() const { return ok_ && rest_.empty(); }

  private:
    BytesView take(size_t size) {
        if (!ok_ || size > rest_.size()) {
            ok_ = false;
            return {};
        }
        const BytesView front = rest_.first(size);
        rest_ = rest_.subspan(size);
        return front;
    }

    BytesView rest_;
    bool ok_ = true;
};

}  // namespace thaw::node
