/// Memory for large tables, in pages of two megabytes where the system has them: a row anywhere in
/// a gigabyte of 4-kilobyte pages costs a walk through the page tables besides the row itself.
#pragma once
#include <cstdlib>
#include <new>

namespace thaw {

/// Memory to be given back with `std::free`. Running out of it stops the program.
void* allocate_large_pages(size_t bytes);

/// An allocator that asks for large pages from four megabytes on, and is the usual one below.
template <class T>
struct LargePages {
    using value_type = T;
    LargePages() = default;
    template <class U>
    LargePages(const LargePages<U>&) {}

    T* allocate(size_t count) {
        const size_t bytes = count * sizeof(T);
        return static_cast<T*>(bytes < from ? ::operator new(bytes) : allocate_large_pages(bytes));
    }
    void deallocate(T* memory, size_t count) {
        if (count * sizeof(T) < from)
            ::operator delete(memory);
        else
            std::free(memory);
    }
    template <class U>
    friend bool operator==(const LargePages&, const LargePages<U>&) {
        return true;
    }

  private:
    static constexpr size_t from = 4u << 20;
};

}  // namespace thaw
