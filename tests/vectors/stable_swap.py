#!/usr/bin/env python3
"""Writes stable_swap.hpp: trades of random stable pairs as the paper's equation has them.

An independent model of thaw/protocol/stable: real numbers of 160 digits instead of integers, the
invariant as it is printed in the paper instead of multiplied out, bisection instead of Newton, and
the fee as a factor. What the core pays is at most what is said here, and less than two units less.
"""
import random
from decimal import Decimal, getcontext
from fractions import Fraction

getcontext().prec = 160
DIGITS = Decimal(10) ** -120


def dec(fraction):
    return Decimal(fraction.numerator) / Decimal(fraction.denominator)


def bisect(rises, low, high):
    """Where a rising function passes zero."""
    while (high - low) > DIGITS * max(high, 1):
        middle = (low + high) / 2
        if rises(middle) < 0:
            low = middle
        else:
            high = middle
    return low


def invariant(x, y, a):
    return bisect(lambda d: 2 * a * d + d ** 3 / (4 * x * y) - 2 * a * (x + y) - d,
                  Decimal(0), x + y)


def other(x, d, a):
    return bisect(lambda y: 2 * a * (x + y) + d - 2 * a * d - d ** 3 / (4 * x * y),
                  Decimal(10) ** -60, d * 10 ** 6)


def trade(rng):
    size = 10 ** rng.randint(6, 27)
    a_hundredths = rng.choice([100, 500, 1_000, 10_000, 85_000, 1_000_000])
    fee_ppm = rng.choice([0, 1, 400, 3_000, 10_000])
    supply = rng.randint(size, 100 * size) * 10 ** 9
    assets = max(1, int(supply * Fraction(rng.randint(1, 10 ** 6), 10 ** 15) *
                        rng.choice([1, 100, 1_000, 3_000])))
    rate = Fraction(assets * 10 ** 9, supply)
    first = max(10, int(size * rng.uniform(0.02, 1)))
    second = max(10, int(Fraction(int(size * rng.uniform(0.02, 1))) / rate))
    given = max(1, int(first * 10 ** rng.uniform(-6, 0.3)))
    a = Decimal(a_hundredths) / 100
    x, y = Decimal(first), dec(second * rate)
    d = invariant(x, y, a)
    net = Decimal(given) * (1 - Decimal(fee_ppm) / 10 ** 6)
    out = (y - other(x + net, d, a)) / dec(rate)
    if not 0 < second * rate < 10 ** 30 or not Decimal("0.001") < x / y < 1_000:
        return None
    after = (x + given) / (y - out * dec(rate))
    if not Decimal("0.001") < after < 1_000 or out < 1 or second > 10 ** 29:
        return None
    return (first, second, assets, supply, a_hundredths, fee_ppm, given, int(out * 10 ** 9))


def wide(value):
    return f"wide({value >> 64}u, {value & (2 ** 64 - 1)}u)"


def main():
    rng = random.Random(20251103)
    rows = []
    while len(rows) < 200:
        row = trade(rng)
        if row:
            rows.append(row)
    print("/// Trades of stable pairs by an independent model (stable_swap.py). Generated.")
    print("#pragma once")
    print('#include "thaw/base/types.hpp"\n')
    print("namespace thaw::vectors {\n")
    print("constexpr u128 wide(uint64_t high, uint64_t low) { return u128{high} << 64 | low; }\n")
    print("struct StableTrade {")
    print("    u128 first, second;    ///< reserves: base units of the asset, whole shares")
    print("    u128 assets, supply;   ///< the ledger's rate: E and S in sub-shares")
    print("    uint32_t amplification, fee_ppm;")
    print("    u128 given, received;  ///< received in sub-shares, rounded down")
    print("};")
    print("inline constexpr StableTrade stable_trades[] = {")
    for first, second, assets, supply, a, fee, given, out in rows:
        print(f"    {{{wide(first)}, {wide(second)},\n     {wide(assets)}, {wide(supply)}, {a}, "
              f"{fee},\n     {wide(given)}, {wide(out)}}},")
    print("};\n")
    print("}  // namespace thaw::vectors")


if __name__ == "__main__":
    main()
