#include "thaw/main/refusals.hpp"

#include "thaw/base/text.hpp"
#include "thaw/main/duration.hpp"
#include "thaw/main/sentences.hpp"
#include "thaw/protocol/async_vault/face.hpp"
#include "thaw/protocol/bridge/face.hpp"
#include "thaw/protocol/exchange/router.hpp"
#include "thaw/protocol/gauges/face.hpp"
#include "thaw/protocol/governance/face.hpp"
#include "thaw/protocol/multicall/face.hpp"
#include "thaw/protocol/stable/face.hpp"
#include "thaw/protocol/staking/face.hpp"
#include "thaw/protocol/state.hpp"
#include "thaw/protocol/vault/face.hpp"
#include "thaw/rpc/error_names.hpp"

namespace thaw::cli {

namespace {

/// Of splitting, merging and taking back.
const std::vector<std::pair<uint32_t, Says>>& ticket_sentences() {
    using namespace protocol;
    static const std::vector<std::pair<uint32_t, Says>> all{
        sentence<unbonding::TicketDispatched, u128, uint64_t>(
            [](const Amount&, u128 id, uint64_t batch) {
                return "ticket " + to_decimal(id) + " can no longer be cancelled: its batch " +
                       to_decimal(batch) + " has left for the host";
            }),
        sentence<unbonding::TicketPayable, u128>([](const Amount&, u128 id) {
            return "ticket " + to_decimal(id) + " is payable; it is paid without your doing";
        }),
        sentence<unbonding::SplitTooLarge, u128, u128, u128>(
            [](const Amount& amount, u128 id, u128 wanted, u128 shares) {
                return "ticket " + to_decimal(id) + " has " + amount(shares) +
                       " left in shares to split; a part of " + amount(wanted) +
                       " would leave nothing in it";
            }),
        sentence<unbonding::TicketTooSmall, u128>([](const Amount&, u128 id) {
            return "what would come of ticket " + to_decimal(id) + " is too small to be anything";
        }),
        sentence<unbonding::ClaimOutOfRange, u128, u128, u128>(
            [](const Amount& amount, u128 id, u128 wanted, u128 due) {
                return "ticket " + to_decimal(id) + " is due " + amount(due) + "; this is " +
                       amount(wanted);
            }),
        sentence<unbonding::TicketsNotAlike, u128, u128>([](const Amount&, u128 id, u128 other) {
            return "tickets " + to_decimal(id) + " and " + to_decimal(other) +
                   " are not of one batch and one owner";
        }),
    };
    return all;
}

/// Of the ERC-4626 and ERC-7540 face.
const std::vector<std::pair<uint32_t, Says>>& vault_sentences() {
    using namespace protocol;
    static const std::vector<std::pair<uint32_t, Says>> all{
        sentence<async_vault::ERC4626ExceededMaxDeposit, Address, u128, u128>(
            [](const Amount& amount, const Address&, u128 wanted, u128 most) {
                return "no more than " + amount(most) + " fit in the pool; this is " +
                       amount(wanted);
            }),
        sentence<async_vault::ERC4626ExceededMaxMint, Address, u128, u128>(
            [](const Amount& amount, const Address&, u128 wanted, u128 most) {
                return "no more than " + amount(most) + " in shares fit in the pool; this is " +
                       amount(wanted);
            }),
        sentence<async_vault::ERC4626ExceededMaxWithdraw, Address, u128, u128>(
            [](const Amount& amount, const Address& who, u128 wanted, u128 most) {
                return to_hex(who) + " can claim " + amount(most) + " now; this is " +
                       amount(wanted);
            }),
        sentence<async_vault::ERC4626ExceededMaxRedeem, Address, u128, u128>(
            [](const Amount& amount, const Address& who, u128 wanted, u128 most) {
                return to_hex(who) + " can claim the payment of " + amount(most) +
                       " in shares now; this is " + amount(wanted);
            }),
        sentence<async_vault::RedemptionIsAsynchronous>([](const Amount&) {
            return std::string{
                "what a redemption pays is known when its request can be claimed, not before"};
        }),
        sentence<async_vault::NotOperator, Address, Address>(
            [](const Amount&, const Address& controller, const Address& sender) {
                return to_hex(sender) + " is not an operator of " + to_hex(controller);
            }),
    };
    return all;
}

/// Of swaps and pools. Uniswap's texts are told in words where a person can do something.
const std::vector<std::pair<uint32_t, Says>>& exchange_sentences() {
    using namespace protocol;
    static const std::vector<std::pair<uint32_t, Says>> all{
        sentence<exchange::NoRoute, Address, Address>(
            [](const Amount&, const Address&, const Address&) {
                return std::string{"no pools lead from the one to the other"};
            }),
        sentence<exchange::NotACoin, Address>([](const Amount&, const Address& token) {
            return to_hex(token) + " is no token of the hub";
        }),
        sentence<exchange::Error, std::string>([](const Amount&, const std::string& text) {
            if (text.ends_with("INSUFFICIENT_OUTPUT_AMOUNT") || text.ends_with("_A_AMOUNT") ||
                text.ends_with("_B_AMOUNT"))
                return "the price has moved further than you allow (--slippage): " + text;
            if (text == "TransferHelper: TRANSFER_FROM_FAILED")
                return std::string{"you have not so much of it"};
            return text;
        }),
    };
    return all;
}

/// Of leaving at once, and of those who lend the money for it.
const std::vector<std::pair<uint32_t, Says>>& exit_sentences() {
    using namespace protocol;
    static const std::vector<std::pair<uint32_t, Says>> all{
        sentence<flash::FlashCapacityExceeded, u128, u128>([](const Amount& amount, u128 wanted,
                                                              u128 capacity) {
            return "the flash pool has " + amount(capacity) + " at the moment, and this is worth " +
                   amount(wanted) + "; leave with less, or by a ticket";
        }),
        sentence<flash::LessThanMinimum, u128, u128>(
            [](const Amount& amount, u128 brings, u128 minimum) {
                return "this would bring " + amount(brings) + ", less than the minimum of " +
                       amount(minimum);
            }),
        sentence<flash::TargetOutOfRange, u128, u128>(
            [](const Amount& amount, u128 target, u128 most) {
                return "a target of " + amount(target) + " is not from one base unit to " +
                       amount(most);
            }),
        sentence<flash::FeesOutOfRange, uint32_t, uint32_t, uint32_t, uint32_t>(
            [](const Amount&, uint32_t low, uint32_t high, uint32_t least, uint32_t most) {
                return "fees of " + to_decimal(low) + " to " + to_decimal(high) +
                       " are not inside " + to_decimal(least) + " to " + to_decimal(most) +
                       " hundredths of a per cent";
            }),
        sentence<staking::NoWayInTime, uint64_t, uint64_t>(
            [](const Amount&, uint64_t wait, uint64_t needed) {
                return "nothing takes all of it within " + format_duration(wait) +
                       "; a ticket needs " + format_duration(needed);
            }),
        sentence<stable::MoreThanMaximum, u128, u128>(
            [](const Amount& amount, u128 costs, u128 maximum) {
                return "this would cost " + amount(costs) + ", more than the maximum of " +
                       amount(maximum);
            }),
        sentence<stable::PairImbalanced>([](const Amount&) {
            return std::string{
                "the pair has too little of one coin for this; trade less, or the other way"};
        }),
        sentence<flash::AnnouncedBefore, u128, uint64_t>([](const Amount&, u128, uint64_t frame) {
            return "what was announced in frame " + to_decimal(frame) +
                   " leaves with the report of that frame; redeem it first";
        }),
    };
    return all;
}

/// Of farms and vaults.
const std::vector<std::pair<uint32_t, Says>>& yield_sentences() {
    using namespace protocol;
    static const std::vector<std::pair<uint32_t, Says>> all{
        sentence<farm::FarmExists, Address>([](const Amount&, const Address& farm) {
            return "you have a farm for this token already: " + to_hex(farm);
        }),
        sentence<farm::NotManager, Address, Address>(
            [](const Amount&, const Address&, const Address& manager) {
                return "only the farm's manager adds rewards: " + to_hex(manager);
            }),
        sentence<farm::UnknownReward, Address>([](const Amount&, const Address&) {
            return std::string{"the farm has no such reward; its manager adds it first"};
        }),
        sentence<farm::BreaksPromise, uint64_t, uint64_t>(
            [](const Amount&, uint64_t, uint64_t left) {
                return "what flows now lasts " + format_duration(left) +
                       "; a budget may neither end that earlier nor slow it down";
            }),
        sentence<farm::DurationOutOfRange, uint64_t, uint64_t, uint64_t>(
            [](const Amount&, uint64_t, uint64_t least, uint64_t most) {
                return "a budget flows for " + format_duration(least) + " to " +
                       format_duration(most);
            }),
        sentence<vault::VaultExists, Address>([](const Amount&, const Address& vault) {
            return "there is such a vault already: " + to_hex(vault);
        }),
        sentence<vault::CannotCompound, Address>([](const Amount&, const Address&) {
            return std::string{"rewards have no way to the liquidity of a stable pair"};
        }),
        sentence<vault::NotAStakingVault>([](const Amount&) {
            return std::string{"only staking vaults hold liquid tokens to give"};
        }),
    };
    return all;
}

std::string state_in_words(uint8_t state) {
    static constexpr std::array<std::string_view, 8> words{"waits for its vote to begin",
                                                           "is being voted on",
                                                           "was cancelled",
                                                           "was defeated",
                                                           "has won and can be queued",
                                                           "waits in the timelock",
                                                           "has expired",
                                                           "has been executed"};
    return std::string{state < words.size() ? words[state] : "is in no known state"};
}

/// Of proposals, the timelock and gauges. Amounts are THAW, whatever the command is about.
const std::vector<std::pair<uint32_t, Says>>& governance_sentences() {
    using namespace protocol;
    using codec::Word;
    static const auto thaw = [](u128 amount) { return shown(amount, 18, "THAW"); };
    static const std::vector<std::pair<uint32_t, Says>> all{
        sentence<governance::GovernorInsufficientProposerVotes, Address, u128, u128>(
            [](const Amount&, const Address& who, u128 votes, u128 needed) {
                return "to propose takes the votes of " + thaw(needed) + "; " + to_hex(who) +
                       " had " + thaw(votes) +
                       " a second ago. THAW votes once it is delegated: thaw delegate me";
            }),
        sentence<governance::GovernorUnexpectedProposalState, Word, uint8_t, Hash>(
            [](const Amount&, const Word&, uint8_t state, const Hash&) {
                return "not now: the proposal " + state_in_words(state);
            }),
        sentence<governance::GovernorAlreadyCastVote, Address>(
            [](const Amount&, const Address&) { return std::string{"it has voted already"}; }),
        sentence<governance::GovernorNonexistentProposal, Word>(
            [](const Amount&, const Word&) { return std::string{"there is no such proposal"}; }),
        sentence<governance::GovernorUnableToCancel, Word, Address>(
            [](const Amount&, const Word&, const Address&) {
                return std::string{
                    "its proposer can cancel it before the vote begins, the guardian until it is "
                    "done; neither of that is so"};
            }),
        sentence<governance::TimelockUnexpectedOperationState, Hash, Hash>(
            [](const Amount&, const Hash&, const Hash&) {
                return std::string{"its time in the timelock is not over"};
            }),
        sentence<governance::ExecutionPaused, uint64_t>([](const Amount&, uint64_t until) {
            return "the guardian has paused what was voted until " + format_time(until) +
                   " of chain time; then it goes on by itself";
        }),
        sentence<governance::DelayOutOfRange, u128, u128, u128>(
            [](const Amount&, u128, u128 least, u128 most) {
                return "a delay of the timelock only grows: from " +
                       format_duration(static_cast<uint64_t>(least)) + " to " +
                       format_duration(static_cast<uint64_t>(most));
            }),
        sentence<governance::TermOutOfRange, u128, u128, u128>(
            [](const Amount&, u128 is, u128 least, u128 most) {
                return to_decimal(is) + " is outside of " + to_decimal(least) + " to " +
                       to_decimal(most);
            }),
    };
    return all;
}

/// Of owners' verbs and gauges.
const std::vector<std::pair<uint32_t, Says>>& owner_sentences() {
    using namespace protocol;
    static const std::vector<std::pair<uint32_t, Says>> all{
        sentence<networks::OwnableUnauthorizedAccount, Address>(
            [](const Amount&, const Address& who) { return to_hex(who) + " is not the owner"; }),
        sentence<networks::FeeTooHigh, uint32_t, uint32_t>(
            [](const Amount&, uint32_t is, uint32_t most) {
                return "a fee of " + to_decimal(is) + " hundredths of a per cent is above " +
                       to_decimal(most) + ", the most that may come next";
            }),
        sentence<gauges::NoVotes, Address, uint64_t>(
            [](const Amount&, const Address& who, uint64_t at) {
                return to_hex(who) + " had no votes when this epoch began, at " + format_time(at) +
                       " of chain time";
            }),
        sentence<gauges::BallotMalformed, std::string>(
            [](const Amount&, const std::string& reason) { return reason; }),
    };
    return all;
}

const std::vector<std::pair<uint32_t, Says>>& sentences() {
    using namespace protocol;
    static const std::vector<std::pair<uint32_t, Says>> all{
        sentence<token::ERC20InsufficientBalance, Address, u128, u128>(
            [](const Amount& amount, const Address& who, u128 has, u128 needs) {
                return to_hex(who) + " has " + amount(has) + "; " + amount(needs) + " are needed";
            }),
        sentence<staking::StakeBelowMinimum, u128, u128>(
            [](const Amount& amount, u128 is, u128 least) {
                return "the least one can stake is " + amount(least) + "; this is " + amount(is);
            }),
        sentence<staking::NetworkHalted, uint8_t>([](const Amount&, uint8_t) {
            return std::string{
                "this network takes no new stakes at the moment; what is staked is not affected"};
        }),
        sentence<losses::LossPending, uint8_t, uint64_t>([](const Amount&, uint8_t, uint64_t) {
            return std::string{
                "a loss on this network was reported and waits to be confirmed; until then nobody "
                "stakes or is paid at the old rate. Try again later"};
        }),
        sentence<staking::ZeroAmount>(
            [](const Amount&) { return std::string{"the amount is too small to be anything"}; }),
        sentence<liquid::SwitchSupplyExceeded, u128, u128>(
            [](const Amount& amount, u128 left, u128 wanted) {
                return "only so much of the legacy token may still be switched: " + amount(left) +
                       "; this is " + amount(wanted);
            }),
        sentence<unbonding::TicketNotReady, u128, uint64_t>(
            [](const Amount&, u128 id, uint64_t at) {
                return "ticket " + to_decimal(id) + " is not payable yet; it will be at about " +
                       format_time(at) + " of chain time. It is then paid without your doing";
            }),
        sentence<unbonding::TicketAlreadyPaid, u128>([](const Amount&, u128 id) {
            return "ticket " + to_decimal(id) + " has been paid already";
        }),
        sentence<unbonding::ERC721NonexistentToken, u128>(
            [](const Amount&, u128 id) { return "there is no ticket " + to_decimal(id); }),
        sentence<networks::ChangeTooSoon, uint64_t>([](const Amount&, uint64_t at) {
            return "the next change is possible at " + format_time(at) + " of chain time";
        }),
        sentence<bridge::NotOnThisHost, uint8_t, uint8_t>([](const Amount&, uint8_t, uint8_t) {
            return std::string{"the bridge does not carry this asset to that host"};
        }),
        sentence<bridge::OutflowLimit, uint8_t, u128, u128>(
            [](const Amount& amount, uint8_t, u128 left, u128 wanted) {
                return "within a day only so much may leave: " + amount(left) + " are left, " +
                       amount(wanted) + " are wanted";
            }),
    };
    return all;
}

}  // namespace

std::string refusal_text(BytesView data, std::string_view symbol, unsigned decimals) {
    if (data.size() < 4) return "the contract refused without a reason";
    const uint32_t selector = uint32_t{data[0]} << 24 | uint32_t{data[1]} << 16 |
                              uint32_t{data[2]} << 8 | uint32_t{data[3]};
    const Amount amount = [&](u128 value) { return shown(value, decimals, symbol); };
    static constexpr uint32_t step_failed =
        codec::declare(protocol::multicall::BatchCallFailed::abi).selector();
    if (selector == step_failed)
        if (const auto failed = codec::decode<codec::Number, Bytes>(data.subspan(4)))
            return "step " + to_decimal(std::get<0>(*failed).value + 1) + ": " +
                   refusal_text(std::get<1>(*failed), symbol, decimals);
    static constexpr uint32_t operation_failed =
        codec::declare(protocol::governance::OperationFailed::abi).selector();
    if (selector == operation_failed)
        if (const auto failed = codec::decode<codec::Number, Bytes>(data.subspan(4)))
            return "call " + to_decimal(std::get<0>(*failed).value + 1) +
                   " would fail: " + refusal_text(std::get<1>(*failed), symbol, decimals);
    for (const auto* list :
         {&sentences(), &ticket_sentences(), &vault_sentences(), &exit_sentences(),
          &exchange_sentences(), &yield_sentences(), &lending_sentences(), &debt_sentences(),
          &governance_sentences(), &owner_sentences()})
        for (const auto& [known, says] : *list)
            if (known == selector)
                if (const auto text = says(data.subspan(4), amount)) return *text;
    const rpc::ErrorNames names{protocol::contracts(protocol::State{})};
    const std::string reason = names.reason(data);
    return reason.empty() ? "the contract refused with " + to_hex(data) : reason;
}

}  // namespace thaw::cli
