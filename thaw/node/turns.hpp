/// How the operating system shares out the processors among threads.
#pragma once

namespace thaw::node {

/// Asks for short turns for the calling thread: it gets no more of a processor than before, but
/// sooner when it wakes. For threads that mostly wait. Where the system does not know of it (Linux
/// does since 6.12), nothing changes.
void take_short_turns();

/// Gives the calling thread a third of the share that others have where there is not enough for all
/// (nice 5 more than now). For threads that readers keep busy: whoever writes goes first.
void make_way();

}  // namespace thaw::node
