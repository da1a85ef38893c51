/// Sentences about the books that are true after every command, and the code that checks them.
#pragma once
#include <string_view>

#include "thaw/protocol/context.hpp"

namespace thaw::protocol {

struct Invariant {
    std::string_view says;
    bool (*holds)(const Query&);
};

}  // namespace thaw::protocol
