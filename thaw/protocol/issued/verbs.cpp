#include "thaw/crypto/keccak.hpp"
#include "thaw/protocol/emission/ledger.hpp"
#include "thaw/protocol/issued/face.hpp"

namespace thaw::protocol::issued {
namespace {

void change_balance(Call& call, const Address& token, const Address& holder, u128 more, u128 less) {
    Books& books = call.own<Books>();
    const Key key{token, holder};
    books.balances.put(key, {sub(add(books.balances.get(key).value, more), less)});
}

void change_supply(Call& call, const Address& token, u128 more, u128 less) {
    Books& books = call.own<Books>();
    Issue issue = books.issues.get(token);
    THAW_ASSERT(issue.number != 0);
    issue.supply = sub(add(issue.supply, more), less);
    books.issues.put(token, issue);
}

/// Rewards that flow to holders are settled before a balance or the supply changes.
void settle_rewards(Call& call, const Address& token, const Address& holder) {
    emission::touch(call, token, holder, held(call, token, holder), supply(call, token));
}

Result<void> check_holds(const Query& query, const Address& token, const Address& holder,
                         u128 needed) {
    const u128 balance = held(query, token, holder);
    if (balance < needed)
        return fail(token::ERC20InsufficientBalance{holder, Assets{balance}, Assets{needed}});
    return {};
}

void say_transfer(Call& call, const Address& token, const Address& from, const Address& to,
                  u128 amount) {
    call.emit_as(token, token::Transfer{from, to, Assets{amount}});
}

}  // namespace

Address instance_address(const Address& factory, const Hash& salt, const Hash& code) {
    Bytes bytes{0xff};
    append(bytes, factory.bytes);
    append(bytes, salt.bytes);
    append(bytes, code.bytes);
    const Hash hash = crypto::keccak256(bytes);
    Address address;
    std::copy_n(hash.bytes.begin() + 12, 20, address.bytes.begin());
    return address;
}

void create(Call& call, const Address& token, const Issue& issue) {
    Books& books = call.own<Books>();
    THAW_ASSERT(!books.issues.has(token) && !token.is_zero());
    Count count = books.counts.get(0);
    ++count.issued;
    Issue row = issue;
    row.supply = 0;
    row.number = count.issued;
    books.issues.put(token, row);
    books.order.put(row.number, {.token = token});
    books.counts.put(0, count);
}

std::optional<Issue> find(const Query& query, const Address& token) {
    const Issue issue = query.read<Books>().issues.get(token);
    return issue.number != 0 ? std::optional{issue} : std::nullopt;
}

uint64_t count(const Query& query) { return query.read<Books>().counts.get(0).issued; }

Address token_at(const Query& query, uint64_t number) {
    return query.read<Books>().order.get(number).token;
}

u128 held(const Query& query, const Address& token, const Address& holder) {
    return query.read<Books>().balances.get({token, holder}).value;
}

u128 supply(const Query& query, const Address& token) {
    return query.read<Books>().issues.get(token).supply;
}

void mint_quietly(Call& call, const Address& token, const Address& to, u128 amount) {
    settle_rewards(call, token, to);
    change_supply(call, token, amount, 0);
    change_balance(call, token, to, amount, 0);
}

Result<void> burn_quietly(Call& call, const Address& token, const Address& from, u128 amount) {
    TRY_VOID(check_holds(call, token, from, amount));
    settle_rewards(call, token, from);
    change_balance(call, token, from, 0, amount);
    change_supply(call, token, 0, amount);
    return {};
}

void mint(Call& call, const Address& token, const Address& to, u128 amount) {
    mint_quietly(call, token, to, amount);
    say_transfer(call, token, {}, to, amount);
}

Result<void> burn(Call& call, const Address& token, const Address& from, u128 amount) {
    TRY_VOID(burn_quietly(call, token, from, amount));
    say_transfer(call, token, from, {}, amount);
    return {};
}

Result<void> transfer(Call& call, const Address& token, const Address& from, const Address& to,
                      u128 amount) {
    TRY_VOID(check_holds(call, token, from, amount));
    settle_rewards(call, token, from);
    settle_rewards(call, token, to);
    change_balance(call, token, from, 0, amount);
    change_balance(call, token, to, amount, 0);
    say_transfer(call, token, from, to, amount);
    return {};
}

Result<bool> transfer_to(Call& call, Address to, u128 value) {
    if (to.is_zero()) return fail(token::ERC20InvalidReceiver{to});
    TRY_VOID(transfer(call, call.self(), call.sender(), to, value));
    return true;
}

Result<bool> transfer_from(Call& call, Address from, Address to, u128 value) {
    if (to.is_zero()) return fail(token::ERC20InvalidReceiver{to});
    TRY_VOID(allowance::spend(call, from, value));
    TRY_VOID(transfer(call, call.self(), from, to, value));
    return true;
}

Result<u128> balance_of(const Query& query, Address account) {
    return held(query, query.self(), account);
}

Result<u128> total_supply(const Query& query) { return supply(query, query.self()); }

Result<std::string> name(const Query& query) { return allowance::token_name(query); }

Result<std::string> symbol(const Query& query) {
    return std::string{query.read<Books>().issues.get(query.self()).symbol.view()};
}

Result<uint8_t> decimals(const Query& query) {
    return query.read<Books>().issues.get(query.self()).decimals;
}

}  // namespace thaw::protocol::issued
