/// How many transactions each account has sent.
#pragma once
#include "thaw/base/table.hpp"

namespace thaw::protocol::accounts {

struct Account {
    uint64_t nonce = 0;
};

struct Books {
    Table<Address, Account> accounts;

    static auto tables(auto& b) { return std::tie(b.accounts); }
};

}  // namespace thaw::protocol::accounts
