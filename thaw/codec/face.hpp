/// A contract's face: one ABI line per verb, bound to the C++ function that runs; text and types
/// are checked by the compiler.
#pragma once
#include "thaw/base/assert.hpp"
#include "thaw/base/result.hpp"
#include "thaw/codec/abi.hpp"
#include "thaw/codec/log.hpp"

namespace thaw::codec {

namespace detail {

template <class Tuple>
struct TypesOf;
template <class... T>
struct TypesOf<std::tuple<T...>> {
    static constexpr Canonical value = types_of<T...>();
};
void two_functions_share_a_selector();  // never defined: reaching it while compiling is the message

template <class T>
inline constexpr bool is_tuple = false;
template <class... T>
inline constexpr bool is_tuple<std::tuple<T...>> = true;

/// What a function returns, as ABI types: a std::tuple is several results, anything else is one,
/// void is none.
template <class R>
constexpr Canonical result_types() {
    if constexpr (std::is_void_v<R>)
        return Canonical{};
    else if constexpr (is_tuple<R>)
        return TypesOf<R>::value;
    else
        return types_of<R>();
}
template <class R>
Bytes encode_result(const R& result) {
    Bytes out;
    if constexpr (is_tuple<R>)
        std::apply([&](const auto&... part) { encode_sequence(out, part...); }, result);
    else
        encode_sequence(out, result);
    return out;
}

}  // namespace detail

inline void append_selector(Bytes& out, uint32_t selector) {
    for (int shift = 24; shift >= 0; shift -= 8)
        out.push_back(static_cast<uint8_t>(selector >> shift));
}

/// struct Staked { static constexpr std::string_view abi = "Staked(address indexed who, uint256
/// assets)"; ... }; Indexed fields must be of one word.
template <class Event>
Log encode_event(const Address& emitter, const Event& event) {
    static constexpr Declaration declaration = declare(Event::abi);
    static_assert(declaration.inputs.view() == detail::TypesOf<FieldTypes<Event>>::value.view(),
                  "the ABI line of this event and its C++ fields disagree");
    static constexpr Hash topic = declaration.topic();  // hashed by the compiler, never by the node
    Log log{.emitter = emitter, .topics = {topic}, .data = {}};
    const auto parts = fields(event);
    Bytes tail;
    size_t head_bytes = 0;
    const auto each = [&](const auto& visit) {
        [&]<size_t... I>(std::index_sequence<I...>) {
            (visit(std::get<I>(parts), (declaration.indexed >> I & 1) != 0), ...);
        }
        (std::make_index_sequence<std::tuple_size_v<decltype(parts)>>{});
    };
    each([&]<class T>(const T&, bool indexed) {
        if (!indexed) head_bytes += Codec<T>::head;
    });
    log.data.reserve(head_bytes + word_size);
    each([&]<class T>(const T& value, bool indexed) {
        if (!indexed) {
            detail::encode_element(log.data, 0, head_bytes, tail, value);
        } else if constexpr (std::is_same_v<T, Address>) {
            log.topics.push_back(address_word(value));
        } else {
            const size_t at = log.data.size();  // its room is lent for a moment
            Codec<T>::encode(log.data, value);
            THAW_ASSERT(log.data.size() == at + word_size);
            Hash word;
            std::memcpy(word.bytes.data(), log.data.data() + at, word_size);
            log.topics.push_back(word);
            log.data.resize(at);
        }
    });
    append(log.data, tail);
    return log;
}

/// struct ZeroAmount { static constexpr std::string_view abi = "ZeroAmount()"; };
template <class Error>
Revert revert_with(const Error& error) {
    static constexpr Declaration declaration = declare(Error::abi);
    static_assert(declaration.inputs.view() == detail::TypesOf<FieldTypes<Error>>::value.view(),
                  "the ABI line of this error and its C++ fields disagree");
    static constexpr uint32_t selector = declaration.selector();
    Revert revert;
    append_selector(revert.data, selector);
    std::apply([&](const auto&... field) { encode_sequence(revert.data, field...); },
               fields(error));
    return revert;
}
template <class Error>
auto fail(const Error& error) {
    return tl::unexpected(revert_with(error));
}

/// Calldata for a function named by its ABI line; for tools, the courier and tests.
template <Text text, class... T>
Bytes call_data(const T&... arguments) {
    static constexpr Declaration declaration = declare(text.view());
    static_assert(declaration.inputs.view() == types_of<T...>().view(),
                  "the ABI line and these arguments disagree");
    Bytes out;
    append_selector(out, declaration.selector());
    encode_sequence(out, arguments...);
    return out;
}

struct MalformedArguments {
    static constexpr std::string_view abi = "MalformedArguments()";
};
struct NotPayable {
    static constexpr std::string_view abi = "NotPayable()";
};

/// One protocol function: the line Ethereum reads, bound to the C++ function that runs. `Call` is
/// the context a function may change, `Query` the one it may only read; which of the two it takes
/// must agree with "view".
template <class Call, class Query, Text text, auto function>
struct Function {
    static constexpr Declaration declaration = declare(text.view());
    static constexpr uint32_t selector = declaration.selector();
    static constexpr std::string_view line = text.view();

    template <class Context, class R, class... Args>
    static Result<Bytes> run(Context& context, BytesView arguments,
                             Result<R> (*)(Context&, Args...)) {
        static_assert(declaration.inputs.view() == types_of<std::remove_cvref_t<Args>...>().view(),
                      "the ABI line of this function and its C++ parameters disagree");
        static_assert(declaration.outputs.view() == detail::result_types<R>().view(),
                      "the ABI line of this function and its C++ result disagree");
        // What follows the arguments is ignored, as contracts in Solidity do: wallets and front
        // ends append marks of their own there.
        size_t used = 0;
        auto decoded = decode_sequence<std::remove_cvref_t<Args>...>(arguments, used);
        if (!decoded) return fail(MalformedArguments{});
        return std::apply(
            [&](const auto&... argument) -> Result<Bytes> {
                auto result = function(context, argument...);
                if (!result) return tl::unexpected(std::move(result).error());
                if constexpr (std::is_void_v<R>)
                    return Bytes{};
                else
                    return detail::encode_result(*result);
            },
            *decoded);
    }

    static Result<Bytes> call(Call& call, BytesView arguments) {
        static constexpr bool is_view = requires {
            run<const Query>(std::declval<const Query&>(), BytesView{}, function);
        };
        static_assert(is_view == declaration.view, "\"view\" and the function's context disagree");
        if constexpr (!declaration.payable) {
            if (call.value().value != 0) return fail(NotPayable{});
        }
        if constexpr (is_view)
            return run<const Query>(call, arguments, function);
        else
            return run<Call>(call, arguments, function);
    }
};

/// Lists of the events and errors a contract may show, for its published ABI.
template <class... E>
struct Events {
    static constexpr std::array<std::string_view, sizeof...(E)> lines{E::abi...};
};
template <class... E>
struct Errors {
    static constexpr std::array<std::string_view, sizeof...(E)> lines{E::abi...};
};

/// A published face, without templates: what `thaw abi` and the address book list.
struct FaceText {
    std::span<const std::string_view> functions;
    std::span<const std::string_view> events;
    std::span<const std::string_view> errors;
};

/// A table from selector to thunk, sorted and checked for collisions while compiling.
template <class Call, class EventList, class ErrorList, class... F>
struct Interface {
    using Thunk = Result<Bytes> (*)(Call&, BytesView);
    struct Entry {
        uint32_t selector;
        Thunk thunk;
    };

    static constexpr std::array<Entry, sizeof...(F)> entries = [] {
        std::array<Entry, sizeof...(F)> table{Entry{F::selector, &F::call}...};
        std::sort(table.begin(), table.end(),
                  [](const Entry& a, const Entry& b) { return a.selector < b.selector; });
        for (size_t i = 1; i < table.size(); ++i)
            if (table[i - 1].selector == table[i].selector)
                detail::two_functions_share_a_selector();
        return table;
    }();
    static constexpr std::array<std::string_view, sizeof...(F)> lines{F::line...};

    static FaceText text() {
        return {.functions = lines, .events = EventList::lines, .errors = ErrorList::lines};
    }

    /// Runs the function the calldata names. An unknown selector reverts with empty data, as a
    /// contract without a fallback does.
    static Result<Bytes> dispatch(Call& call, BytesView calldata) {
        if (calldata.size() < 4) return tl::unexpected(Revert{});
        const uint32_t selector = uint32_t{calldata[0]} << 24 | uint32_t{calldata[1]} << 16 |
                                  uint32_t{calldata[2]} << 8 | uint32_t{calldata[3]};
        const auto it = std::lower_bound(entries.begin(), entries.end(), selector,
                                         [](const Entry& e, uint32_t s) { return e.selector < s; });
        if (it == entries.end() || it->selector != selector) return tl::unexpected(Revert{});
        return it->thunk(call, calldata.subspan(4));
    }
};

}  // namespace thaw::codec
