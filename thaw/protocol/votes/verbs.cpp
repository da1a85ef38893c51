#include "thaw/codec/typed_data.hpp"
#include "thaw/crypto/keccak.hpp"
#include "thaw/crypto/secp256k1.hpp"
#include "thaw/protocol/addresses.hpp"
#include "thaw/protocol/token/books.hpp"
#include "thaw/protocol/votes/face.hpp"

namespace thaw::protocol::votes {
namespace {

constexpr Hash delegation_type =
    crypto::keccak256_constexpr("Delegation(address delegatee,uint256 nonce,uint256 expiry)");

uint32_t length(const Query& query, const Address& account) {
    return query.read<Books>().lengths.get(account).checkpoints;
}

Checkpoint at(const Query& query, const Address& account, uint32_t index) {
    return query.read<Books>().checkpoints.get({account, index});
}

/// The votes of an account as they stand.
u128 latest(const Query& query, const Address& account) {
    const uint32_t count = length(query, account);
    return count == 0 ? 0 : at(query, account, count - 1).votes;
}

/// The votes at the end of a second: those of the last checkpoint not after it, by bisection.
u128 votes_at(const Query& query, const Address& account, uint64_t second) {
    uint32_t low = 0, high = length(query, account);
    while (low < high) {
        const uint32_t middle = low + (high - low) / 2;
        if (at(query, account, middle).at_s <= second)
            low = middle + 1;
        else
            high = middle;
    }
    return low == 0 ? 0 : at(query, account, low - 1).votes;
}

/// What was changed within a second leaves one checkpoint: how it ended.
void write(Call& call, const Address& account, u128 votes) {
    Books& books = call.own<Books>();
    const uint32_t count = length(call, account);
    const bool same_second = count != 0 && at(call, account, count - 1).at_s == call.now_s();
    const uint32_t index = same_second ? count - 1 : count;
    books.checkpoints.put({account, index}, {.votes = votes, .at_s = call.now_s()});
    if (!same_second) books.lengths.put(account, {count + 1});
}

void change(Call& call, const Address& delegate, u128 before, u128 now) {
    write(call, delegate, now);
    call.emit_as(thaw_address, DelegateVotesChanged{delegate, before, now});
}

void pass_on(Call& call, const Address& from, const Address& to, u128 amount) {
    if (from == to || amount == 0) return;
    if (!from.is_zero()) {
        const u128 before = latest(call, from);
        change(call, from, before, sub(before, amount));
    }
    if (!to.is_zero()) {
        const u128 before = latest(call, to);
        change(call, to, before, add(before, amount));
    }
}

void choose(Call& call, const Address& holder, const Address& delegatee) {
    Books& books = call.own<Books>();
    const Address before = books.choices.get(holder).delegate;
    const u128 held =
        call.read<token::Books>().balances.get(token::user_account(thaw_token, holder)).value;
    books.choices.put(holder, {delegatee});
    call.emit_as(thaw_address, DelegateChanged{holder, before, delegatee});
    pass_on(call, before, delegatee, held);
}

Result<void> check_past(const Query& query, Number timepoint) {
    if (timepoint.value >= query.now_s())
        return fail(ERC5805FutureLookup{timepoint, Clock{query.now_s()}});
    return {};
}

}  // namespace

void moved(Call& call, const Address& from, const Address& to, u128 amount) {
    const auto delegate_of = [&](const Address& holder) {
        return holder.is_zero() ? Address{} : call.read<Books>().choices.get(holder).delegate;
    };
    pass_on(call, delegate_of(from), delegate_of(to), amount);
}

void supply_changed(Call& call, u128 supply) { write(call, {}, supply); }

void delegate_at_genesis(Call& call, const Address& holder, const Address& delegatee) {
    choose(call, holder, delegatee);
}

Result<void> delegate(Call& call, Address delegatee) {
    choose(call, call.sender(), delegatee);
    return {};
}

Result<void> delegate_by_sig(Call& call, Address delegatee, codec::Word nonce, codec::Word expiry,
                             uint8_t v, Hash r, Hash s) {
    const auto last_s = codec::word_value(expiry.bytes.bytes);
    if (last_s && *last_s < call.now_s()) return fail(VotesExpiredSignature{expiry});
    const Hash digest = codec::typed_data_digest(
        TRY(allowance::domain_separator(call)),
        codec::struct_hash(
            std::array{delegation_type, codec::typed_word(delegatee), nonce.bytes, expiry.bytes}));
    const auto signer = v == 27 || v == 28
                            ? crypto::recover(digest, {r, s, static_cast<uint8_t>(v - 27)})
                            : std::nullopt;
    if (!signer) return fail(ECDSAInvalidSignature{});
    const Number next = TRY(allowance::nonces(call, *signer));
    if (codec::word_value(nonce.bytes.bytes) != u128{next.value})
        return fail(InvalidAccountNonce{*signer, next});
    allowance::use_nonce(call, *signer);
    choose(call, *signer, delegatee);
    return {};
}

Result<Address> delegates(const Query& query, Address account) {
    return query.read<Books>().choices.get(account).delegate;
}

Result<u128> get_votes(const Query& query, Address account) {
    return account.is_zero() ? 0 : latest(query, account);
}

Result<u128> get_past_votes(const Query& query, Address account, Number timepoint) {
    TRY_VOID(check_past(query, timepoint));
    return account.is_zero() ? 0 : votes_at(query, account, timepoint.value);
}

Result<u128> get_past_total_supply(const Query& query, Number timepoint) {
    TRY_VOID(check_past(query, timepoint));
    return votes_at(query, {}, timepoint.value);
}

Result<uint32_t> num_checkpoints(const Query& query, Address account) {
    return account.is_zero() ? 0 : length(query, account);
}

Result<CheckpointSeen> checkpoints(const Query& query, Address account, uint32_t position) {
    if (account.is_zero() || position >= length(query, account))
        return fail(NoSuchCheckpoint{position});
    const Checkpoint seen = at(query, account, position);
    return CheckpointSeen{Clock{seen.at_s}, {seen.votes}};
}

Result<Clock> clock(const Query& query) { return Clock{query.now_s()}; }

Result<std::string> clock_mode(const Query&) { return std::string{"mode=timestamp"}; }

}  // namespace thaw::protocol::votes
