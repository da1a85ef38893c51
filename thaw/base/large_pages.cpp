#include "thaw/base/large_pages.hpp"

#include <sys/mman.h>

#include "thaw/base/assert.hpp"

namespace thaw {

void* allocate_large_pages(size_t bytes) {
    constexpr size_t page = 2u << 20;
    const size_t whole = (bytes + page - 1) / page * page;
    void* const memory = std::aligned_alloc(page, whole);
    THAW_ASSERT(memory != nullptr);
    ::madvise(memory, whole, MADV_HUGEPAGE);  // a wish: nothing depends on its being heard
    return memory;
}

}  // namespace thaw
