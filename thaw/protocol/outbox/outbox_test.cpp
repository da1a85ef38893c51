// Instructions have a deadline, and who asks learns which of them are late.
#include "tests/scenario/expect.hpp"
#include "tests/scenario/host.hpp"

namespace thaw::scenario {
namespace {

#define DEADLINE "deadline(uint8 host, uint64 intent) view returns (uint64 second)"
#define OVERDUE "overdue(uint8 host) view returns (uint64 count)"

TEST(Outbox, AnInstructionIsOverdueASecondAfterItsDeadline) {
    Scenario s;
    Hosts hosts{s};
    const HostId host = s.home(bnb);
    s.deposit(bnb, alice, one_18 * 1'000);
    s.must<void, "stake(uint256 assets)">(alice, staking_of(bnb), Assets{one_18 * 1'000});
    EXPECT_EQ((s.view<uint64_t, DEADLINE>(outbox_address, host, uint64_t{0})), 0u);
    s.must<void, "advance()">(carol, staking_of(bnb));
    const uint64_t emitted = s.state.outbox.hosts.get(host).emitted;
    ASSERT_GT(emitted, 0u);
    const uint64_t deadline = s.block.now_s + 2 * day_s;
    EXPECT_EQ((s.view<uint64_t, DEADLINE>(outbox_address, host, uint64_t{0})), deadline);
    EXPECT_EQ((s.view<uint64_t, DEADLINE>(outbox_address, host, emitted)), 0u);
    s.wait(2 * day_s);
    EXPECT_EQ((s.view<uint64_t, OVERDUE>(outbox_address, host)), 0u);
    s.wait(1);
    EXPECT_EQ((s.view<uint64_t, OVERDUE>(outbox_address, host)), emitted);
    hosts.attest(*hosts.next_outcome(host));
    EXPECT_EQ((s.view<uint64_t, OVERDUE>(outbox_address, host)), emitted - 1);
    EXPECT_EQ((s.view<uint64_t, DEADLINE>(outbox_address, host, uint64_t{0})), 0u);
}

}  // namespace
}  // namespace thaw::scenario
