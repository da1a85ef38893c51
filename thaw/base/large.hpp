/// 512-bit integers for the few places where three amounts are multiplied, as in the curve of a
/// stable pair. A result that does not fit is a bug and stops the node: callers bound their inputs.
#pragma once
#include "thaw/base/math.hpp"

namespace thaw {

class Large {
  public:
    static constexpr size_t limb_count = 8;

    constexpr Large() = default;
    constexpr Large(u128 value)
        : limbs_{static_cast<uint64_t>(value), static_cast<uint64_t>(value >> 64)} {}

    friend constexpr bool operator==(const Large&, const Large&) = default;
    friend constexpr std::strong_ordering operator<=>(const Large& a, const Large& b) {
        for (size_t i = limb_count; i-- > 0;)
            if (a.limbs_[i] != b.limbs_[i]) return a.limbs_[i] <=> b.limbs_[i];
        return std::strong_ordering::equal;
    }

    friend constexpr Large operator+(const Large& a, const Large& b) {
        Large sum;
        u128 carry = 0;
        for (size_t i = 0; i < limb_count; ++i) {
            carry += u128{a.limbs_[i]} + b.limbs_[i];
            sum.limbs_[i] = static_cast<uint64_t>(carry);
            carry >>= 64;
        }
        THAW_ASSERT(carry == 0);
        return sum;
    }
    /// Requires a ≥ b.
    friend constexpr Large operator-(const Large& a, const Large& b) {
        Large rest;
        uint64_t borrow = 0;
        for (size_t i = 0; i < limb_count; ++i) {
            const u128 less = u128{b.limbs_[i]} + borrow;
            borrow = less > a.limbs_[i] ? 1 : 0;
            rest.limbs_[i] = static_cast<uint64_t>(a.limbs_[i] - less);
        }
        THAW_ASSERT(borrow == 0);
        return rest;
    }
    friend constexpr Large operator*(const Large& a, const Large& b) {
        Large product;
        const size_t a_size = a.size();
        const size_t b_size = b.size();
        for (size_t i = 0; i < a_size; ++i) {
            uint64_t carry = 0;
            for (size_t j = 0; j < b_size || carry != 0; ++j) {
                THAW_ASSERT(i + j < limb_count);
                const u128 sum = u128{a.limbs_[i]} * (j < b_size ? b.limbs_[j] : 0) +
                                 product.limbs_[i + j] + carry;
                product.limbs_[i + j] = static_cast<uint64_t>(sum);
                carry = static_cast<uint64_t>(sum >> 64);
            }
        }
        return product;
    }
    /// ⌊a / b⌋ (TAOCP 4.3.1, algorithm D on 64-bit limbs). Dividing by zero is a bug.
    friend constexpr Large operator/(const Large& a, const Large& b) {
        const size_t n = b.size();
        THAW_ASSERT(n != 0);
        if (a < b) return {};
        if (n == 1) return a.by_limb(b.limbs_[0]);
        return a.by_limbs(b, n);
    }

    /// The value, when it is below 2^128.
    constexpr std::optional<u128> narrow() const {
        if (size() > 2) return std::nullopt;
        return u128{limbs_[1]} << 64 | limbs_[0];
    }

  private:
    /// How many limbs count: those above are zero.
    constexpr size_t size() const {
        size_t n = limb_count;
        while (n > 0 && limbs_[n - 1] == 0) --n;
        return n;
    }

    constexpr Large by_limb(uint64_t divisor) const {
        Large quotient;
        u128 rest = 0;
        for (size_t i = size(); i-- > 0;) {
            rest = rest << 64 | limbs_[i];
            quotient.limbs_[i] = static_cast<uint64_t>(rest / divisor);
            rest %= divisor;
        }
        return quotient;
    }

    constexpr Large by_limbs(const Large& divisor, size_t n) const {
        const size_t m = size() - n;
        const int shift = std::countl_zero(divisor.limbs_[n - 1]);
        std::array<uint64_t, limb_count> v{};
        std::array<uint64_t, limb_count + 1> u{};  // what is left of the dividend
        const auto upper = [&](uint64_t below) { return shift == 0 ? 0 : below >> (64 - shift); };
        for (size_t i = 0; i < n; ++i)
            v[i] = divisor.limbs_[i] << shift | (i == 0 ? 0 : upper(divisor.limbs_[i - 1]));
        for (size_t i = 0; i <= m + n; ++i)
            u[i] = (i == m + n ? 0 : limbs_[i] << shift) | (i == 0 ? 0 : upper(limbs_[i - 1]));

        Large quotient;
        for (size_t j = m + 1; j-- > 0;) {
            const u128 head = u128{u[j + n]} << 64 | u[j + n - 1];
            u128 q = head / v[n - 1];
            u128 r = head % v[n - 1];
            while (q >> 64 != 0 || q * v[n - 2] > (r << 64 | u[j + n - 2])) {
                --q;
                r += v[n - 1];
                if (r >> 64 != 0) break;
            }
            if (subtract(u.data() + j, v.data(), n, static_cast<uint64_t>(q))) {
                --q;
                add_back(u.data() + j, v.data(), n);
            }
            quotient.limbs_[j] = static_cast<uint64_t>(q);
        }
        return quotient;
    }

    /// u −= q·v over n + 1 limbs; true when that went below zero.
    static constexpr bool subtract(uint64_t* u, const uint64_t* v, size_t n, uint64_t q) {
        u128 carry = 0;
        uint64_t borrow = 0;
        for (size_t i = 0; i <= n; ++i) {
            carry += u128{q} * (i < n ? v[i] : 0);
            const u128 less = u128{static_cast<uint64_t>(carry)} + borrow;
            carry >>= 64;
            borrow = less > u[i] ? 1 : 0;
            u[i] = static_cast<uint64_t>(u[i] - less);
        }
        return borrow != 0;
    }
    static constexpr void add_back(uint64_t* u, const uint64_t* v, size_t n) {
        u128 carry = 0;
        for (size_t i = 0; i <= n; ++i) {
            carry += u128{u[i]} + (i < n ? v[i] : 0);
            u[i] = static_cast<uint64_t>(carry);
            carry >>= 64;
        }
    }

    std::array<uint64_t, limb_count> limbs_{};
};

static_assert((Large{u128_max} * Large{u128_max} / Large{u128_max}).narrow() == u128_max);
static_assert((Large{u128_max} * Large{7} / Large{u128_max - 1}).narrow() == 7);
static_assert((Large{1} - Large{1}).narrow() == u128{0} && Large{2} < Large{u128_max} * Large{2});
static_assert(!(Large{u128_max} + Large{1}).narrow());

}  // namespace thaw
