/// The disk as the node sees it: ordered keys and values, written in batches. A seam, so that a
/// simulated disk can stand behind it.
#pragma once
#include <functional>
#include <optional>
#include <string>
#include <tl/expected.hpp>

#include "thaw/base/types.hpp"

namespace thaw::node {

/// A value, or a sentence that says what the disk would not do.
template <class T = void>
using IoResult = tl::expected<T, std::string>;

/// One put, or a removal when there is no value.
struct Write {
    Bytes key;
    std::optional<Bytes> value;
};

/// The same, of bytes that lie elsewhere.
struct WriteView {
    BytesView key;
    std::optional<BytesView> value;
};

/// Safe to use from many threads.
class Storage {
  public:
    virtual ~Storage() = default;
    /// All of the batch or nothing of it, in order; durable on return. Each is synced before the
    /// next begins, so a power cut can tear the last one only.
    virtual IoResult<> write(std::span<const Write> batch) = 0;
    /// The same for very many, in the order of their keys and each key once. They go past the log
    /// into a file of their own, so that no batch waits for them.
    virtual IoResult<> write_table(std::span<const WriteView> sorted) = 0;
    virtual IoResult<std::optional<Bytes>> get(BytesView key) const = 0;
    /// Visits the keys that begin with `prefix`, in order, until `visit` returns false.
    virtual IoResult<> for_each(
        BytesView prefix,
        const std::function<bool(BytesView key, BytesView value)>& visit) const = 0;
};

}  // namespace thaw::node
