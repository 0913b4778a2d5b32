// fft_radix4.h: a fast Fourier transform of radix 4 (Cooley and Tukey, "An algorithm for the
// machine calculation of complex Fourier series", 1965), with cos and sin from a table.
//
// A file that includes this becomes a transform of so many points. Before, it defines
//     REAL_FFT     the function's name, as its header declares it
//     POINTS       how many complex numbers, a power of 4: half as many as there are real ones
//     TWIDDLES     an int16_t array: cos and -sin of k/(2 POINTS) of a turn, × 2^15,
//                  k = 0 to 1.5 POINTS - 1
//     REVERSED(n)  n with its digits to base 4 in the opposite order, for n < POINTS

#include "weighted.h"

typedef struct {
    int32_t re, im;
} complex32;

// Returns z turned by k/(2 POINTS) of a turn, clockwise: z (cos - i sin).
// Needs 0 < k < 1.5 POINTS, |z| < 2^30.5.
static inline complex32 turn(complex32 z, int32_t k)
{
    int16_t cosine = TWIDDLES[2 * k], sine = TWIDDLES[2 * k + 1]; // of 2^15
    complex32 turned = {
        2 * (weighted(z.re, cosine) - weighted(z.im, sine)),
        2 * (weighted(z.re, sine) + weighted(z.im, cosine)),
    };
    return turned;
}

static inline complex32 add(complex32 a, complex32 b)
{
    complex32 sum = {a.re + b.re, a.im + b.im};
    return sum;
}

static inline complex32 subtract(complex32 a, complex32 b)
{
    complex32 difference = {a.re - b.re, a.im - b.im};
    return difference;
}

// The step everything is made of: the transform of four numbers, which lie `step` apart.
// The first is at z; the others are given, as they were turned.
static inline void transform_four(complex32 *z, int32_t step, complex32 b, complex32 c, complex32 d)
{
    complex32 even_sum = add(*z, c), even_difference = subtract(*z, c);
    complex32 odd_sum = add(b, d), odd_difference = subtract(b, d);
    complex32 quarter_turned = {odd_difference.im, -odd_difference.re}; // times -i
    z[0] = add(even_sum, odd_sum);
    z[step] = add(even_difference, quarter_turned);
    z[2 * step] = subtract(even_sum, odd_sum);
    z[3 * step] = subtract(even_difference, quarter_turned);
}

// Puts z[n] where the index has n's digits, to base four, in the opposite order: there the stages
// want it.
static void reorder(complex32 z[POINTS])
{
    for (uint32_t n = 0; n < POINTS; n++) {
        uint32_t m = REVERSED(n);
        if (m > n) {
            complex32 kept = z[n];
            z[n] = z[m];
            z[m] = kept;
        }
    }
}

// The transform of complex numbers. Each stage makes, of four transforms of `length` numbers, one
// of four times as many.
static void complex_fft(complex32 z[POINTS])
{
    reorder(z);
    for (int32_t length = 1; length < POINTS; length *= 4) {
        for (int32_t i = 0; i < POINTS; i += 4 * length) {
            complex32 *a = &z[i];
            transform_four(a, length, a[length], a[2 * length], a[3 * length]);
        }
        for (int32_t j = 1; j < length; j++) {
            int32_t k = j * (POINTS / 2 / length);
            for (int32_t i = j; i < POINTS; i += 4 * length) {
                complex32 *a = &z[i];
                transform_four(a, length, turn(a[length], k), turn(a[2 * length], 2 * k),
                               turn(a[3 * length], 3 * k));
            }
        }
    }
}

void REAL_FFT(int32_t data[2 * POINTS])
{
    // Numbers at even places are taken as real parts, those at odd places as imaginary parts.
    complex32 *z = (complex32 *)(void *)data;
    complex_fft(z);
    // Now z[k] = E[k] + i O[k], where E and O are the transforms of those at even and those at odd
    // places. Of real numbers they are symmetric, so that the conjugate of z[POINTS - k] is
    // E[k] - i O[k], which tells E and O apart. Put together, X[k] = E[k] + O[k] turned by
    // k/(2 POINTS), and X[POINTS - k] is the conjugate of E[k] - O[k] turned as far.
    complex32 ends = {z[0].re + z[0].im, z[0].re - z[0].im};
    z[0] = ends;
    for (int32_t k = 1; k <= POINTS / 2; k++) {
        complex32 *a = &z[k], *b = &z[POINTS - k];
        complex32 even = {(a->re + b->re) >> 1, (a->im - b->im) >> 1};
        complex32 odd = {(a->im + b->im) >> 1, (b->re - a->re) >> 1};
        odd = turn(odd, k);
        complex32 front = {even.re + odd.re, even.im + odd.im};
        complex32 back = {even.re - odd.re, odd.im - even.im};
        *b = back;
        *a = front; // last: in the middle a and b are the same, and this is the right one
    }
}
