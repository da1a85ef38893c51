// Prints what a fixed random journal of 20,000 steps leads to: the digest of the state, and the
// hash of all receipts. Built by several compilers at several levels of optimisation; the lines
// must be the same everywhere and for ever (digest.txt).
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

}  // namespace

int main(int argc, char** argv) {
    const int steps = argc > 1 ? std::atoi(argv[1]) : 20'000;
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
    for (int i = 1; i <= steps; ++i) {
        walk.step();
        if (i % 50 == 0) walk.s.state.seal();
    }
    walk.s.state.seal();
    std::printf("state %s\nreceipts %s\ncommands %lu refused %lu\n",
                to_hex(walk.s.state.digest().as_hash()).c_str(), to_hex(receipts).c_str(), commands,
                refused);
    return 0;
}
