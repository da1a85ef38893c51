#include "thaw/node/committer.hpp"

#include <gtest/gtest.h>

#include <future>

namespace thaw::node::test {

TEST(committer, works_while_its_giver_goes_on_and_never_on_two_at_once) {
    Committer committer;
    std::promise<void> go;
    std::vector<int> done;
    committer.give([&, may = go.get_future().share()] {
        may.wait();
        done.push_back(1);
    });
    std::thread giver{[&] {
        committer.give([&] { done.push_back(2); });
        EXPECT_EQ(done.front(), 1);
    }};
    go.set_value();
    giver.join();
    committer.wait();
    EXPECT_EQ(done, (std::vector{1, 2}));
}

TEST(committer, finishes_what_it_was_given_when_it_goes) {
    bool done = false;
    bool was_here = false;
    {
        Committer committer;
        EXPECT_FALSE(committer.is_here());
        committer.give([&] {
            was_here = committer.is_here();
            done = true;
        });
    }
    EXPECT_TRUE(done);
    EXPECT_TRUE(was_here);
}

}  // namespace thaw::node::test
