// Rewards per receipt against a model that goes second by second in exact fractions.
#include "thaw/protocol/emission/math.hpp"

#include <gtest/gtest.h>

#include <boost/multiprecision/cpp_int.hpp>
#include <vector>

#include "tests/scenario/random.hpp"
#include "thaw/base/text.hpp"

namespace thaw::protocol::emission {
namespace {

using Big = boost::multiprecision::cpp_int;
using Rational = boost::multiprecision::cpp_rational;
using scenario::Random;

Big big(u128 value) {
    return (Big{static_cast<uint64_t>(value >> 64)} << 64) + static_cast<uint64_t>(value);
}

/// Nothing of the accumulator is in it: each second the part of that second is given out.
struct Model {
    struct Person {
        u128 held = 0;
        Rational earned;
    };
    std::vector<Person> people;
    Rational left;
    uint64_t seconds = 0;

    void lay_in(u128 amount, uint64_t over) {
        left += big(amount);
        seconds = over;
    }
    void pass(uint64_t n) {
        u128 supply = 0;
        for (const Person& p : people) supply += p.held;
        for (; n != 0 && supply != 0 && seconds != 0; --n) {
            const Rational now = left / seconds--;
            left -= now;
            for (Person& p : people)
                if (p.held != 0) p.earned += now * Rational{big(p.held), big(supply)};
        }
    }
};

/// The same story told to the stream.
struct Told {
    Stream stream;
    std::vector<Earned> earned;
    std::vector<u128> held;
    uint64_t now_s = 0;

    u128 supply() const {
        u128 sum = 0;
        for (const u128 h : held) sum += h;
        return sum;
    }
    void advance() { stream = advanced(stream, now_s, supply()); }
    void touch(size_t who) {
        advance();
        earned[who] = settled(earned[who], stream, held[who]);
    }
    u128 promised() const {
        u128 sum = 0;
        for (size_t i = 0; i < held.size(); ++i)
            sum += settled(earned[i], advanced(stream, now_s, supply()), held[i]).owed;
        return sum;
    }
};

struct Story {
    static constexpr size_t persons = 4;
    Random random;
    Model model;
    Told told;
    u128 paid = 0;
    int steps = 0;
    u128 largest;  ///< of a deposit

    Story(uint64_t seed, u128 most) : random{seed}, largest{most} {
        model.people.resize(persons);
        told.held.resize(persons);
        told.earned.resize(persons);
    }
    void lay_in() {
        const uint64_t left = seconds_left(told.stream);
        const uint64_t over = left + 1 + random.below(300);
        const u128 amount = random.amount(u128{1} << 80);
        told.advance();
        told.stream = *laid_in(told.stream, amount, over);
        model.lay_in(amount, over);
    }
    void change(size_t who) {
        told.touch(who);
        u128& held = told.held[who];
        held = random.chance(3) ? 0 : random.amount(largest);
        model.people[who].held = held;
    }
    void claim(size_t who) {
        told.touch(who);
        paid += told.earned[who].owed;
        told.stream.paid += told.earned[who].owed;
        model.people[who].earned -= big(told.earned[who].owed);
        told.earned[who].owed = 0;
    }
    void step() {
        ++steps;
        const size_t who = random.below(persons);
        switch (random.below(8)) {
            case 0:
                lay_in();
                break;
            case 1:
                claim(who);
                break;
            case 2:
            case 3:
                change(who);
                break;
            default:
                const uint64_t seconds = random.below(9);
                told.now_s += seconds;
                model.pass(seconds);
        }
    }
};

TEST(Emission, IsThatOfTheModelToABaseUnitPerStep) {
    for (const u128 most : {u128{1} << 100, u128{1} << 60, u128{1'000'000}, u128{3}, u128{1}}) {
        Story story{static_cast<uint64_t>(most >> 20) + 11, most};
        story.lay_in();
        for (int i = 0; i < 150; ++i) {
            story.step();
            const Stream now = advanced(story.told.stream, story.told.now_s, story.told.supply());
            ASSERT_LE(story.paid + story.told.promised(), emitted(now)) << "step " << i;
            ASSERT_LE(emitted(now), funded(now));
            for (size_t p = 0; p < Story::persons; ++p) {
                const Rational owed =
                    big(settled(story.told.earned[p], now, story.told.held[p]).owed);
                const Rational difference = story.model.people[p].earned - owed;
                ASSERT_LT(abs(difference), story.steps + 2) << "step " << i;
            }
        }
    }
}

TEST(Emission, AFirstStakeThatComesLateGetsAllOfIt) {
    Stream s = *laid_in({}, 1'000, 100);
    s = advanced(s, 5'000, 0);
    EXPECT_EQ(emitted(s), 0u);
    s = advanced(s, 5'100, 7);
    EXPECT_EQ(emitted(s), 1'000u);
    EXPECT_EQ(settled({}, s, 7).owed, 999u) << "a seventh is no binary fraction: rounded down";
}

TEST(Emission, AGapIsEmittedAfterIt) {
    Stream s = advanced(*laid_in({}, 1'000, 100), 50, 1);
    s = advanced(s, 1'000'000, 0);
    EXPECT_EQ(emitted(s), 500u);
    EXPECT_EQ(emitted(advanced(s, 1'000'049, 1)), 990u);
    EXPECT_EQ(emitted(advanced(s, 1'000'050, 1)), 1'000u);
}

TEST(Emission, StepsOfASecondComeToTheSameAsOne) {
    Stream steps = *laid_in({}, 7, 1'000);  // less than a unit per second
    for (uint64_t t = 1; t <= 500; ++t) steps = advanced(steps, t, 3);
    EXPECT_EQ(emitted(steps), 3u);
    EXPECT_EQ(emitted(advanced(*laid_in({}, 7, 1'000), 500, 3)), 3u);
}

TEST(Emission, SumsOfBudgetsBeyondTheLedgerAreNothing) {
    const Stream s = *laid_in({}, u128_max, 100);
    EXPECT_TRUE(laid_in(s, 0, 100));
    EXPECT_FALSE(laid_in(s, 1, 100));
}

}  // namespace
}  // namespace thaw::protocol::emission
