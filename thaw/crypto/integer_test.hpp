/// Words as numbers of another arithmetic, for tests.
#pragma once
#include <boost/multiprecision/cpp_int.hpp>

#include "thaw/crypto/scalar.hpp"

namespace thaw::crypto {

using Integer = boost::multiprecision::cpp_int;

inline Integer integer(const Words& words) {
    Integer out = 0;
    for (size_t i = words.size(); i-- > 0;) out = (out << 64) + words[i];
    return out;
}

inline Words words(Integer number) {
    Words out;
    for (uint64_t& word : out) {
        word = static_cast<uint64_t>(number & ~uint64_t{0});
        number >>= 64;
    }
    return out;
}

}  // namespace thaw::crypto
