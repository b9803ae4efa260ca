/* Elementary functions that give the same bits on every processor.
 *
 * libm differs between processors and versions, and keeps a loop from being vectorised.  These are
 * polynomials in plain IEEE arithmetic (no contraction, see the Makefile), accurate to a relative
 * error below 1e-9: far finer than the 32-bit columns they feed. */
#ifndef SAMSKAB_MATHS_H
#define SAMSKAB_MATHS_H

#include <math.h>
#include <stdint.h>
#include <string.h>

static inline double maths_from_bits(uint64_t bits)
{
    double x;
    memcpy(&x, &bits, sizeof x);
    return x;
}

static inline uint64_t maths_to_bits(double x)
{
    uint64_t bits;
    memcpy(&bits, &x, sizeof bits);
    return bits;
}

/* exp(x), x clamped to [-700, 700].  x = k ln 2 + r, |r| <= ln 2 / 2; Taylor of degree 9 in r. */
static inline double exp_of(double x)
{
    x = x < -700 ? -700 : x > 700 ? 700 : x;
    double shifted = x * 1.4426950408889634 + 0x1.8p52; /* round to the nearest integer k */
    double k = shifted - 0x1.8p52;
    double r = x - k * 0.69314718055994529;
    double p =
        1 + r * (1 + r * (1. / 2 +
                          r * (1. / 6 +
                               r * (1. / 24 +
                                    r * (1. / 120 +
                                         r * (1. / 720 +
                                              r * (1. / 5040 + r * (1. / 40320 + r / 362880))))))));
    return p * maths_from_bits((maths_to_bits(shifted) + 1023) << 52);
}

/* log(x) for a normal x > 0.  x = 2^k m, m in [sqrt(1/2), sqrt(2)); log m = 2 atanh((m-1)/(m+1)).
 */
static inline double log_of(double x)
{
    uint64_t bits = maths_to_bits(x);
    uint64_t offset = bits - 0x3fe6a09e667f3bcdULL; /* bits of sqrt(1/2) */
    double k = (double)((int64_t)offset >> 52);
    double m = maths_from_bits(bits - (offset & 0xfff0000000000000ULL));
    double z = (m - 1) / (m + 1);
    double z2 = z * z;
    double p = 1 + z2 * (1. / 3 +
                         z2 * (1. / 5 + z2 * (1. / 7 + z2 * (1. / 9 + z2 * (1. / 11 + z2 / 13)))));
    return k * 0.69314718055994529 + 2 * z * p;
}

/* lg(x) = 1 / (1 + e^-x), the logistic function. */
static inline double logistic(double x)
{
    return 1 / (1 + exp_of(-x));
}

/* x clipped to [lo, hi]; a NaN becomes lo. */
static inline double clip(double x, double lo, double hi)
{
    return !(x > lo) ? lo : x > hi ? hi : x;
}

/* Quantile of the standard normal for p in (0, 1): algorithm AS 241 (PPND7) of Wichura (1988),
 * relative error about 1e-7. */
static inline double normal_quantile(double p)
{
    double q = p - 0.5;
    if (fabs(q) <= 0.425) {
        double r = 0.180625 - q * q;
        return q * (((59.10937472 * r + 159.29113202) * r + 50.434271938) * r + 3.3871327179) /
               (((67.1875636 * r + 78.757757664) * r + 17.895169469) * r + 1);
    }
    double r = sqrt(-log_of(q < 0 ? p : 1 - p));
    double x;
    if (r <= 5) {
        r -= 1.6;
        x = (((0.17023821103 * r + 1.3067284816) * r + 2.75681539) * r + 1.4234372777) /
            ((0.12021132975 * r + 0.73700164250) * r + 1);
    } else {
        r -= 5;
        x = (((0.017337203997 * r + 0.42868294337) * r + 3.0812263860) * r + 6.6579051150) /
            ((0.012258202635 * r + 0.24197894225) * r + 1);
    }
    return q < 0 ? -x : x;
}

#endif
