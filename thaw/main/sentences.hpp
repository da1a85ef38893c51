/// Words for refusals: a sentence beside each error, checked against its ABI line.
#pragma once
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "thaw/codec/face.hpp"

namespace thaw::cli {

using Amount = std::function<std::string(u128)>;
using Says = std::function<std::optional<std::string>(BytesView, const Amount&)>;

/// A sentence for an error whose arguments are of these types.
template <class Error, class... T, class F>
std::pair<uint32_t, Says> sentence(F text) {
    static constexpr codec::Declaration declaration = codec::declare(Error::abi);
    static_assert(declaration.inputs.view() == codec::types_of<T...>().view(),
                  "the ABI line of this error and these types disagree");
    return {declaration.selector(),
            [text](BytesView arguments, const Amount& amount) -> std::optional<std::string> {
                const auto values = codec::decode<T...>(arguments);
                if (!values) return std::nullopt;
                return std::apply([&](const auto&... value) { return text(amount, value...); },
                                  *values);
            }};
}

/// Of lending markets, and of those who owe in them.
const std::vector<std::pair<uint32_t, Says>>& lending_sentences();
const std::vector<std::pair<uint32_t, Says>>& debt_sentences();

}  // namespace thaw::cli
