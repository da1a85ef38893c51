/// The fields of a flat struct as a tuple: the one piece of reflection in the house, until C++26
/// brings its own.
#pragma once
#include <tuple>
#include <type_traits>
#include <utility>

namespace thaw::codec {

namespace detail {
struct Anything {
    template <class T>
    constexpr operator T() const;  // never defined: it only counts fields
};
template <class T, size_t... I>
concept MadeOf = requires {
    T{(static_cast<void>(I), Anything{})...};
};
template <class T, size_t N>
inline constexpr bool made_of = []<size_t... I>(std::index_sequence<I...>) {
    return MadeOf<T, I...>;
}
(std::make_index_sequence<N>{});

template <class T, size_t N = 16>
constexpr size_t field_count() {
    if constexpr (N == 0 || made_of<T, N>)
        return N;
    else
        return field_count<T, N - 1>();
}
}  // namespace detail

/// References to the fields of an aggregate with at most sixteen of them, in order.
template <class T>
constexpr auto fields(const T& object) {
    static_assert(std::is_aggregate_v<T>);
    static_assert(!detail::made_of<T, 17>, "more fields than fields() knows: add a line");
    constexpr size_t n = detail::field_count<T>();
    // clang-format off
#define THAW_FIELDS(count, ...) \
    if constexpr (n == count) { \
        const auto& [__VA_ARGS__] = object; \
        return std::tie(__VA_ARGS__); \
    } else
    THAW_FIELDS(1, a) THAW_FIELDS(2, a, b) THAW_FIELDS(3, a, b, c) THAW_FIELDS(4, a, b, c, d)
    THAW_FIELDS(5, a, b, c, d, e) THAW_FIELDS(6, a, b, c, d, e, f)
    THAW_FIELDS(7, a, b, c, d, e, f, g) THAW_FIELDS(8, a, b, c, d, e, f, g, h)
    THAW_FIELDS(9, a, b, c, d, e, f, g, h, i) THAW_FIELDS(10, a, b, c, d, e, f, g, h, i, j)
    THAW_FIELDS(11, a, b, c, d, e, f, g, h, i, j, k)
    THAW_FIELDS(12, a, b, c, d, e, f, g, h, i, j, k, l)
    THAW_FIELDS(13, a, b, c, d, e, f, g, h, i, j, k, l, m)
    THAW_FIELDS(14, a, b, c, d, e, f, g, h, i, j, k, l, m, o)
    THAW_FIELDS(15, a, b, c, d, e, f, g, h, i, j, k, l, m, o, p)
    THAW_FIELDS(16, a, b, c, d, e, f, g, h, i, j, k, l, m, o, p, q)
    return std::tuple<>{};
#undef THAW_FIELDS
    // clang-format on
}

namespace detail {
template <class Tuple>
struct Decayed;
template <class... T>
struct Decayed<std::tuple<T...>> {
    using type = std::tuple<std::remove_cvref_t<T>...>;
};
}  // namespace detail

/// The types of the fields, without references.
template <class T>
using FieldTypes = typename detail::Decayed<decltype(fields(std::declval<const T&>()))>::type;

}  // namespace thaw::codec
