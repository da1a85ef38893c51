// Prints what a fixed random journal of 20,000 steps leads to: the digest of the state, and the
// hash of all receipts. Built by several compilers at several levels of optimisation; the lines
// must be the same everywhere and for ever (digest.txt).
//   digest [STEPS [STEPS_IN_A_BLOCK]]
// With the second number it also prints a hash over the digests of the state after every block.
#include <cstdio>
#include <cstdlib>

#include "tests/scenario/random.hpp"
#include "tests/scenario/walk.hpp"

namespace {

using namespace thaw;

/// Folds what a client could see of a command into one running hash.
Hash fold(const Hash& before, const scenario::Receipt& receipt) {
    Bytes bytes;
    append(bytes, before.bytes);
    bytes.push_back(receipt.success);
    append(bytes, view_of(receipt.gas_used));
    append(bytes, receipt.output);
    for (const auto& log : receipt.logs) {
        append(bytes, log.emitter.bytes);
        for (const Hash& topic : log.topics) append(bytes, topic.bytes);
        append(bytes, log.data);
    }
    return crypto::keccak256(bytes);
}

Hash fold(const Hash& before, const Hash& next) {
    Bytes bytes;
    append(bytes, before.bytes);
    append(bytes, next.bytes);
    return crypto::keccak256(bytes);
}

}  // namespace

int main(int argc, char** argv) {
    const long steps = argc > 1 ? std::atol(argv[1]) : 20'000;
    const long in_a_block = argc > 2 ? std::atol(argv[2]) : 50;
    scenario::Random random{8429};
    scenario::Walk walk{random, scenario::Scenario::Checks::none};
    Hash receipts;
    unsigned long commands = 0;
    unsigned long refused = 0;
    walk.s.witness = [&](const scenario::Command&, const scenario::Receipt& receipt) {
        receipts = fold(receipts, receipt);
        ++commands;
        if (!receipt.success) ++refused;
    };
    Hash digests;
    unsigned long blocks = 0;
    const auto seal = [&] {
        walk.s.state.seal();
        digests = fold(digests, walk.s.state.digest().as_hash());
        ++blocks;
    };
    for (long i = 1; i <= steps; ++i) {
        walk.step();
        if (i % in_a_block == 0) seal();
    }
    if (steps % in_a_block != 0 || argc <= 2) seal();
    std::printf("state %s\nreceipts %s\ncommands %lu refused %lu\n",
                to_hex(walk.s.state.digest().as_hash()).c_str(), to_hex(receipts).c_str(), commands,
                refused);
    if (argc > 2) std::printf("blocks %lu digests %s\n", blocks, to_hex(digests).c_str());
    return 0;
}
