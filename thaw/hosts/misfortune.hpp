/// What can go wrong on a simulated host, how often, and the chance that decides it: a plan in
/// figures, drawn from the world's seed and counters, so that the same world meets the same fate.
#pragma once
#include <string_view>

#include "thaw/base/types.hpp"

namespace thaw::hosts {

/// All zero: nothing goes wrong. `…_ppm` is a chance in millionths, `…_s` the most it can take in
/// seconds of chain time (what it takes is drawn between 1 and that).
struct Misfortune {
    uint32_t slash_ppm = 0;       ///< that a validator is slashed in an era
    uint32_t slash_part_ppm = 0;  ///< the most that one slash takes of what is staked with it
    uint32_t jail_ppm = 0;        ///< that a validator is jailed in an era
    uint32_t jail_eras = 0;       ///< for how long; 0: until somebody sets it free
    uint32_t fail_ppm = 0;        ///< that an instruction is included and fails
    uint32_t lose_ppm = 0;        ///< that an instruction never gets there and must be sent again
    uint32_t delay_ppm = 0;       ///< that it waits before it is included
    uint32_t delay_s = 0;
    uint32_t silence_ppm = 0;  ///< that the answer is lost and only a later question finds it
    uint32_t silence_s = 0;
    uint32_t echo_ppm = 0;    ///< that an answer, or news of a deposit, comes twice
    uint32_t reorg_ppm = 0;   ///< that the block with a transaction is dropped before it is final
    uint32_t finality_s = 0;  ///< between inclusion and finality; exact
    uint32_t rounds_shares =
        0;  ///< 1: what is staked is whole shares, where the host counts in them
    friend bool operator==(const Misfortune&, const Misfortune&) = default;
};

inline constexpr uint32_t whole_ppm = 1'000'000;

/// Every figure with the name that clients use.
template <class Plan, class F>
void for_each_figure(Plan& plan, F f) {
    f("slashPpm", plan.slash_ppm);
    f("slashPartPpm", plan.slash_part_ppm);
    f("jailPpm", plan.jail_ppm);
    f("jailEras", plan.jail_eras);
    f("failPpm", plan.fail_ppm);
    f("losePpm", plan.lose_ppm);
    f("delayPpm", plan.delay_ppm);
    f("delaySeconds", plan.delay_s);
    f("silencePpm", plan.silence_ppm);
    f("silenceSeconds", plan.silence_s);
    f("echoPpm", plan.echo_ppm);
    f("reorgPpm", plan.reorg_ppm);
    f("finalitySeconds", plan.finality_s);
    f("roundsShares", plan.rounds_shares);
}

struct World;

/// A number that depends on the world's host and seed, on the name of what is asked and on two
/// counters, and on nothing else.
uint64_t chance(const World& world, std::string_view what, uint64_t first, uint64_t second = 0);
/// Whether what has this chance happens.
bool happens(const World& world, uint32_t ppm, std::string_view what, uint64_t first,
             uint64_t second = 0);
/// Between 1 and `most`; 0 when that is 0.
uint32_t some_of(const World& world, uint32_t most, std::string_view what, uint64_t first,
                 uint64_t second = 0);

}  // namespace thaw::hosts
