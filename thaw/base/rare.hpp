/// A value that most who may have one never need.
#pragma once
#include <utility>

namespace thaw {

/// Nothing until `make`, then a value of its own on the heap. Copies are deep. An std::optional
/// would do, or half of it an std::unique_ptr: a hundred of them in a header that nearly everybody
/// includes took the compiler a quarter of its time for that header.
template <class T>
class Rare {
  public:
    Rare() = default;
    Rare(const Rare& other) : value_{other ? new T(*other) : nullptr} {}
    Rare(Rare&& other) noexcept : value_{std::exchange(other.value_, nullptr)} {}
    Rare& operator=(Rare other) noexcept {
        std::swap(value_, other.value_);
        return *this;
    }
    ~Rare() { delete value_; }

    /// In place of what there was.
    void make() { *this = Rare{new T()}; }
    explicit operator bool() const { return value_ != nullptr; }
    T& operator*() { return *value_; }
    const T& operator*() const { return *value_; }
    T* operator->() { return value_; }
    const T* operator->() const { return value_; }

  private:
    explicit Rare(T* value) : value_{value} {}

    T* value_ = nullptr;
};

}  // namespace thaw
