#include "thaw/node/turns.hpp"

#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cstdint>

namespace thaw::node {

void take_short_turns() {
    /// As sched_setattr(2) has it; the C library has no name for it.
    struct {
        uint32_t size = sizeof(*this);
        uint32_t policy = 0;  // SCHED_OTHER
        uint64_t flags = 0;
        int32_t nice = ::getpriority(PRIO_PROCESS, 0);  // of this thread; it stays
        uint32_t priority = 0;
        uint64_t runtime_ns = 200'000;  // of one turn
        uint64_t deadline_ns = 0;
        uint64_t period_ns = 0;
    } wish;
    ::syscall(SYS_sched_setattr, 0, &wish, 0u);
}

void make_way() {
    constexpr int steps = 5;  // each a factor of 1.25
    ::setpriority(PRIO_PROCESS, 0, ::getpriority(PRIO_PROCESS, 0) + steps);  // of this thread
}

}  // namespace thaw::node
