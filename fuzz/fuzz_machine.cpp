/// Bytes become a journal: whatever is sent to the machine, in whatever order, every invariant
/// holds after each command, rates fall only with losses, and a refusal leaves no trace but its
/// nonce and fee.
#include <cstdio>

#include "tests/scenario/walk.hpp"

namespace {

using namespace thaw;

/// Choices out of the fuzzer's bytes; zeros when they are used up.
class Choices {
  public:
    explicit Choices(BytesView bytes) : bytes_{bytes} {}
    bool used_up() const { return bytes_.empty(); }
    uint64_t below(uint64_t end) {
        uint64_t value = 0;
        for (uint64_t covered = 1; covered < end; covered <<= 8) {
            value = value << 8 | next();
            if (covered > end >> 8) break;
        }
        return value % end;
    }
    bool chance(uint64_t in) { return below(in) == in - 1; }
    u128 amount(u128 limit) {
        if (limit == 0) return 0;
        const uint8_t kind = next();
        const u128 scaled = limit >> (kind % 96);
        return scaled - scaled / 256 * next();
    }

  private:
    uint8_t next() {
        if (bytes_.empty()) return 0;
        const uint8_t byte = bytes_.front();
        bytes_ = bytes_.subspan(1);
        return byte;
    }
    BytesView bytes_;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    constexpr size_t bytes_max = 256;  // some fifty commands, each with every promise looked at
    Choices choices{{data, std::min(size, bytes_max)}};
    try {
        scenario::Walk walk{choices, scenario::Scenario::Checks::all};
        while (!choices.used_up()) walk.step();
    } catch (const scenario::Broken& broken) {
        std::fprintf(stderr, "%s\n", broken.what());
        std::abort();
    }
    return 0;
}
