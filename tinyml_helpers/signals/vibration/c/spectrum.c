#include "spectrum.h"

#include "spectrum_tables.h"

// Returns n, less than 1,024, with its five digits to base 4 in the opposite order.
static inline uint32_t reversed_digits(uint32_t n)
{
    return n % 4 * 256 + n / 4 % 4 * 64 + n / 16 % 4 * 16 + n / 64 % 4 * 4 + n / 256;
}

#define REAL_FFT fe_real_fft_2048
#define POINTS 1024
#define TWIDDLES fe_twiddles_2048
#define REVERSED(n) reversed_digits(n)
#include "fft_radix4.h"

// Returns x (1 - cosine) / 2, a Hann window's part of x. cosine: of 2^15.
static inline int32_t windowed(int32_t x, int16_t cosine)
{
    return (x >> 1) - weighted(x, cosine);
}

static inline uint32_t size_of(int32_t x)
{
    return x < 0 ? 0 - (uint32_t)x : (uint32_t)x;
}

// Takes the mean off, and makes the numbers start and end softly. The window is symmetric: number
// 2,048 - n has the weight of number n, and number 0 has none.
// Returns the sum of the sizes of what is left, less than 2^41.
static uint64_t apply_window(int32_t data[FE_SPECTRUM])
{
    int64_t sum = 0;
    for (uint32_t n = 0; n < FE_SPECTRUM; n++)
        sum += data[n];
    int32_t mean = (int32_t)(sum >> 11);
    uint64_t sizes = 0;
    data[0] = 0;
    for (uint32_t n = 1; n <= FE_SPECTRUM / 2; n++) {
        int32_t *a = &data[n], *b = &data[FE_SPECTRUM - n];
        int16_t cosine = fe_twiddles_2048[2 * n];
        *a = windowed(*a - mean, cosine);
        if (b != a)
            *b = windowed(*b - mean, cosine);
        sizes += size_of(*a) + (b != a ? size_of(*b) : 0);
    }
    return sizes;
}

int32_t fe_spectrum(int32_t data[FE_SPECTRUM])
{
    // No number of a spectrum is larger than the sum of sizes it is made of: that becomes nearly
    // 2^29, where nothing overflows and least is lost.
    uint64_t sizes = apply_window(data);
    int32_t scale = 0;
    for (; sizes >> 29 != 0; sizes >>= 1)
        scale--;
    for (; sizes != 0 && sizes >> 28 == 0; sizes <<= 1)
        scale++;
    for (uint32_t n = 0; n < FE_SPECTRUM; n++)
        data[n] = scale < 0 ? (data[n] + (1 << (-scale - 1))) >> -scale : data[n] * (1 << scale);
    fe_real_fft_2048(data);
    return scale;
}

// Returns |X[bin]|^2 / 2^24, less than 2^36. Needs bin < 1024.
static uint64_t power_of(const int32_t spectrum[FE_SPECTRUM], uint32_t bin)
{
    int64_t re = spectrum[2 * bin], im = bin == 0 ? 0 : spectrum[2 * bin + 1];
    return (uint64_t)(re * re + im * im) >> 24;
}

uint64_t fe_power_between(const int32_t spectrum[FE_SPECTRUM], uint32_t from, uint32_t to)
{
    uint64_t sum = 0;
    while (from < to) {
        uint32_t bin = from >> 16, end = (bin + 1) << 16;
        if (end > to)
            end = to;
        sum += power_of(spectrum, bin) * (end - from);
        from = end;
    }
    return sum;
}

int32_t fe_log2(uint64_t number)
{
    if (number == 0)
        return 0;
    int32_t octave = 63;
    for (; number >> 60 == 0; number <<= 4) // in large steps first
        octave -= 4;
    for (; number >> 63 == 0; number <<= 1)
        octave--;
    // The five bits behind the highest choose a line of the table, the next 16 are between two.
    uint32_t line = (number >> 58) & 31, between = (number >> 42) & 0xFFFF;
    uint32_t low = fe_logarithms[line], high = fe_logarithms[line + 1];
    return octave * FE_OCTAVE + (int32_t)(low + (((high - low) * between) >> 16));
}
