// Each sentence about transactions is seen to fire on a fault of its own, and not without it.
#include "thaw/protocol/transitions.hpp"

#include <gtest/gtest.h>

#include "thaw/protocol/staking/face.hpp"

namespace thaw::protocol {
namespace {

constexpr NetworkId network = 2;
constexpr u128 whole = u128{1'000'000} * liquid::sub_units;

/// A pool of 1,000,000 units and as many shares.
Moment before() {
    Moment m;
    m.rates[network] = {Assets{1'000'000}, SubShares{whole}};
    m.batches_final[network] = 3;
    return m;
}
Receipt says(auto event) {
    Receipt receipt{.success = true};
    receipt.logs.push_back(
        codec::encode_event(contract_address(ContractKind::staking, network), event));
    return receipt;
}
Receipt staked(u128 assets) { return says(staking::Staked{.assets = Assets{assets}}); }
Receipt reported(u128 fee, u128 loss) {
    return says(staking::FrameReported{
        .network = network, .frame = 1, .fee = Assets{fee}, .loss_to_holders = Assets{loss}});
}
std::string_view broken_by(const Moment& after, const Receipt& receipt) {
    return broken_transition(before(), after, receipt).value_or("");
}

TEST(Transitions, ARateFallsOnlyWithALoss) {
    Moment after = before();
    after.rates[network].assets.value -= 1;
    EXPECT_TRUE(broken_by(after, {.success = true}).starts_with("S-1"));
    EXPECT_TRUE(broken_by(after, reported(0, 0)).starts_with("S-1"));
    EXPECT_EQ(broken_by(after, reported(0, 1)), "");
    after.losses[network] = 1;  // without a word
    EXPECT_TRUE(broken_by(after, {.success = true}).starts_with("S-1"));
}

TEST(Transitions, SharesComeFromDepositsAndFeesOnly) {
    Moment after = before();
    after.rates[network].assets.value += 1'000;
    after.rates[network].supply.value += u128{1'000} * liquid::sub_units;
    EXPECT_TRUE(broken_by(after, {.success = true}).starts_with("S-2"));
    EXPECT_EQ(broken_by(after, staked(1'000)), "");
    EXPECT_EQ(broken_by(after, reported(1'000, 0)), "");
    Receipt elsewhere = staked(1'000);
    elsewhere.logs[0].emitter = contract_address(ContractKind::staking, network + 1);
    EXPECT_TRUE(broken_by(after, elsewhere).starts_with("S-2"));
}

TEST(Transitions, SharesAreWorthNoMoreThanWhatWasPaid) {
    Moment after = before();
    after.rates[network].assets.value += 1'000;
    after.rates[network].supply.value += u128{1'000} * liquid::sub_units;
    EXPECT_EQ(broken_by(after, staked(1'000)), "");
    EXPECT_TRUE(broken_by(after, staked(999)).starts_with("S-3"));
}

TEST(Transitions, FinalisingTakesNothingFromThoseWhoStay) {
    Moment after = before();
    ++after.batches_final[network];
    after.rates[network].supply.value -= 500;
    EXPECT_EQ(broken_by(after, {.success = true}), "");
    after.rates[network].assets.value -= 1;
    const auto says = [&](std::string_view sentence) {
        for (const Transition& t : transitions())
            if (t.says.starts_with(sentence))
                return !t.holds(network, before(), after, {.success = true});
        return false;
    };
    EXPECT_TRUE(says("Q-4"));
    --after.batches_final[network];
    EXPECT_FALSE(says("Q-4"));
}

}  // namespace
}  // namespace thaw::protocol
