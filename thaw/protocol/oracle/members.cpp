#include "thaw/protocol/oracle/face.hpp"

// Who the members are. The owner decides it until governance does, and can make no decision of
// theirs: a set whose quorum is not more than two thirds of it cannot be put together.
namespace thaw::protocol::oracle {
namespace {

/// Refusals that all changes share, one a week at most; returns the settings as they would be.
Result<Settings> after_change(const Call& call, uint32_t members, uint32_t quorum) {
    Settings settings = call.read<Books>().settings.get(0);
    const uint64_t possible_at_s = settings.changed_at_s + members_change_interval_s;
    if (settings.changed_at_s != 0 && call.now_s() < possible_at_s)
        return fail(networks::ChangeTooSoon{possible_at_s});
    if (members > members_max) return fail(TooManyMembers{members_max});
    if (!quorum_in_range(quorum, members)) return fail(QuorumOutOfRange{quorum, members});
    settings.members = members;
    settings.quorum = quorum;
    settings.changed_at_s = call.now_s();
    return settings;
}

/// Whoever comes gets an id that nobody had.
void seat(Books& books, Settings& settings, uint32_t place, const Address& account) {
    const uint32_t id = ++settings.last_id;
    books.members.put(place, {.account = account, .id = id});
    books.numbers.put(account, {.place = place, .id = id});
}

Result<void> check_newcomer(const Call& call, const Address& account) {
    if (account.is_zero()) return fail(ZeroMember{});
    if (call.read<Books>().numbers.has(account)) return fail(AlreadyAMember{account});
    return {};
}

}  // namespace

Result<void> add_member(Call& call, Address account, uint32_t quorum) {
    TRY_VOID(networks::only_owner(call));
    TRY_VOID(check_newcomer(call, account));
    Books& books = call.own<Books>();
    const uint32_t members = books.settings.get(0).members + 1;
    Settings settings = TRY(after_change(call, members, quorum));
    seat(books, settings, members, account);
    books.settings.put(0, settings);
    call.emit(MemberAdded{account, members, quorum});
    return {};
}

Result<void> remove_member(Call& call, Address account, uint32_t quorum) {
    TRY_VOID(networks::only_owner(call));
    Books& books = call.own<Books>();
    const uint32_t place = books.numbers.get(account).place;
    if (place == 0) return fail(NotAMember{account});
    const uint32_t last = books.settings.get(0).members;
    const Settings settings = TRY(after_change(call, last - 1, quorum));
    // The last member takes the place that is left.
    const Member moved = books.members.get(last);
    books.members.put(place, moved);
    books.numbers.put(moved.account, {.place = place, .id = moved.id});
    books.members.erase(last);
    books.numbers.erase(account);
    books.settings.put(0, settings);
    call.emit(MemberRemoved{account, last - 1, quorum});
    return {};
}

Result<void> replace_member(Call& call, Address account, Address successor) {
    TRY_VOID(networks::only_owner(call));
    Books& books = call.own<Books>();
    const uint32_t place = books.numbers.get(account).place;
    if (place == 0) return fail(NotAMember{account});
    TRY_VOID(check_newcomer(call, successor));
    const Settings before = books.settings.get(0);
    Settings settings = TRY(after_change(call, before.members, before.quorum));
    books.numbers.erase(account);
    seat(books, settings, place, successor);
    books.settings.put(0, settings);
    call.emit(MemberRemoved{account, settings.members - 1, settings.quorum});
    call.emit(MemberAdded{successor, settings.members, settings.quorum});
    return {};
}

Result<void> set_quorum(Call& call, uint32_t quorum) {
    TRY_VOID(networks::only_owner(call));
    Books& books = call.own<Books>();
    const Settings before = books.settings.get(0);
    const Settings settings = TRY(after_change(call, before.members, quorum));
    if (quorum == before.quorum) return fail(networks::SameAsBefore{});
    books.settings.put(0, settings);
    call.emit(QuorumChanged{before.quorum, quorum});
    return {};
}

}  // namespace thaw::protocol::oracle
