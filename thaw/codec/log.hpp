/// What a contract says while a transaction runs, as clients receive it.
#pragma once
#include <initializer_list>

#include "thaw/base/assert.hpp"
#include "thaw/base/types.hpp"
#include "thaw/codec/bloom.hpp"

namespace thaw::codec {

/// At most four words, kept in place: a command says several logs, and each would ask the heap.
class Topics {
  public:
    Topics() = default;
    Topics(std::initializer_list<Hash> all) {
        for (const Hash& one : all) push_back(one);
    }
    Topics(size_t count, const Hash& each) {
        while (size_ < count) push_back(each);
    }
    void push_back(const Hash& topic) {
        THAW_ASSERT(size_ < words_.size());
        words_[size_++] = topic;
    }
    void pop_back() { --size_; }
    size_t size() const { return size_; }
    bool empty() const { return size_ == 0; }
    const Hash* begin() const { return words_.data(); }
    const Hash* end() const { return words_.data() + size_; }
    const Hash& operator[](size_t i) const {
        THAW_ASSERT(i < size_);
        return words_[i];
    }
    friend bool operator==(const Topics& a, const Topics& b) {
        return std::equal(a.begin(), a.end(), b.begin(), b.end());
    }

  private:
    std::array<Hash, 4> words_;
    size_t size_ = 0;
};

struct Log {
    Address emitter;
    Topics topics;
    Bytes data;
    friend bool operator==(const Log&, const Log&) = default;
};

/// The filter over the emitters and topics of all logs.
Bloom bloom_of(std::span<const Log> logs);

}  // namespace thaw::codec
