/// A value, or the typed refusal that the caller's wallet already understands.
#pragma once
#include <tl/expected.hpp>
#include <utility>

#include "thaw/base/types.hpp"

namespace thaw {

/// Why a call was refused: selector ++ abi.encode(arguments) of a Solidity custom error.
struct [[nodiscard]] Revert {
    Bytes data;
};

/// What a verb returns. Refusals are data; bugs are assertions.
template <class T = void>
using Result = tl::expected<T, Revert>;

/// Unwraps a Result, or returns its Revert to the caller.
#define TRY(...)                                                  \
    __extension__({                                               \
        auto try_result = (__VA_ARGS__);                          \
        if (!try_result) [[unlikely]]                             \
            return tl::unexpected(std::move(try_result).error()); \
        *std::move(try_result);                                   \
    })
/// The same for a Result<void>.
#define TRY_VOID(...)                                             \
    do {                                                          \
        auto try_result = (__VA_ARGS__);                          \
        if (!try_result) [[unlikely]]                             \
            return tl::unexpected(std::move(try_result).error()); \
    } while (false)

}  // namespace thaw
