/// How many transactions each account has sent.
#pragma once
#include "thaw/base/table.hpp"

namespace thaw::protocol::accounts {

struct Account {
    uint64_t nonce = 0;
};

struct Books {
    Table<Address, Account> accounts;

    auto tables() { return std::tie(accounts); }
    auto tables() const { return std::tie(accounts); }
};

}  // namespace thaw::protocol::accounts
