// tm_vector.h: kernels' arithmetic on several numbers at once, for this computer or a Pi.
//
// One source for SSE2 and AVX2, NEON and WebAssembly: the vector extensions that GCC and clang
// share. TM_VECTOR is defined where a processor and the compiler have what it takes. No Cortex-M
// has; and TM_READABLE and TM_DSP choose other kernels.
#ifndef TM_VECTOR_H
#define TM_VECTOR_H

#include "tm_requantize.h"

#if defined(__SSE2__) || defined(__ARM_NEON) || defined(__wasm_simd128__)
#if defined(__has_builtin) && !defined(TM_READABLE) && !defined(TM_DSP)
#if __has_builtin(__builtin_shufflevector) && __has_builtin(__builtin_convertvector) && \
    __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
#define TM_VECTOR
#endif
#endif
#endif

#ifdef TM_VECTOR

// Eight of each, in as many registers as the processor needs for them.
typedef int8_t tm_i8x8 __attribute__((vector_size(8)));
typedef int16_t tm_i16x8 __attribute__((vector_size(16)));
typedef int32_t tm_i32x8 __attribute__((vector_size(32)));
typedef uint32_t tm_u32x8 __attribute__((vector_size(32)));
typedef uint64_t tm_u64x8 __attribute__((vector_size(64)));

// What one instruction multiplies, and the sums that it makes: half as many, modulo 2^32.
#ifdef __AVX2__
#define TM_NUMBERS 16
#else
#define TM_NUMBERS 8
#endif
typedef int8_t tm_bytes __attribute__((vector_size(TM_NUMBERS)));
typedef int16_t tm_numbers __attribute__((vector_size(2 * TM_NUMBERS)));
typedef uint32_t tm_sums __attribute__((vector_size(2 * TM_NUMBERS)));

// Functions get vectors by their address: by value, a vector wider than a register of the processor
// has no agreed place, and GCC warns.

// Adds TM_NUMBERS products to sums, any of them to any; all together are right.
static inline void tm_add_products(tm_sums *sums, const tm_numbers *a, const tm_numbers *b)
{
#if defined(__AVX2__)
    *sums += (tm_sums)__builtin_ia32_pmaddwd256(*a, *b);
#elif defined(__SSE2__)
    *sums += (tm_sums)__builtin_ia32_pmaddwd128(*a, *b);
#elif defined(__wasm_simd128__)
    *sums += (tm_sums)__builtin_wasm_dot_s_i32x4_i16x8(*a, *b);
#else // NEON adds as it multiplies
    typedef int32_t products __attribute__((vector_size(16)));
#define TM_HALF(x, ...) \
    __builtin_convertvector(__builtin_shufflevector(x, x, __VA_ARGS__), products)
    *sums += (tm_sums)(TM_HALF(*a, 0, 1, 2, 3) * TM_HALF(*b, 0, 1, 2, 3));
    *sums += (tm_sums)(TM_HALF(*a, 4, 5, 6, 7) * TM_HALF(*b, 4, 5, 6, 7));
#undef TM_HALF
#endif
}

// Reads TM_NUMBERS int8, at any address, as int16.
static inline void tm_widen(tm_numbers *to, const int8_t *from)
{
    tm_bytes bytes;
    __builtin_memcpy(&bytes, from, sizeof bytes);
    *to = __builtin_convertvector(bytes, tm_numbers);
}

// Sets numbers[count...] to -1, the others to 0: what a vector's last `count` numbers are kept by.
static inline void tm_mask_last(tm_numbers *mask, int32_t count)
{
    for (int32_t i = 0; i < TM_NUMBERS; i++)
        (*mask)[i] = i < TM_NUMBERS - count ? 0 : -1;
}

// How eight sums, of as many channels, become codes.
typedef struct {
    tm_u32x8 bias;
    tm_u32x8 multipliers;
    tm_u32x8 left;  // bits to shift a sum
    tm_i32x8 right; // bits to shift a product, less one
    tm_i32x8 whole; // -1 where a product isn't shifted, else 0
    bool usual;     // no sum is shifted, and all products are
    int32_t zero_point;
    tm_range range;
} tm_eight;

// Sets what differs from channel to channel, for `count` of them. bias: of the first, or NULL.
static inline void tm_set_channels(tm_eight *eight, const int32_t *bias, const tm_factor *factors,
                                   int32_t count)
{
    tm_i32x8 pairs[2] = {{0}}; // multipliers and shifts in turn
    eight->bias = (tm_u32x8){0};
    if (count >= 8) {
        __builtin_memcpy(pairs, factors, sizeof pairs);
        if (bias != NULL)
            __builtin_memcpy(&eight->bias, bias, sizeof eight->bias);
    } else {
        for (int32_t i = 0; i < count; i++) {
            pairs[i / 4][i % 4 * 2] = factors[i].multiplier;
            pairs[i / 4][i % 4 * 2 + 1] = factors[i].shift;
            eight->bias[i] = bias == NULL ? 0 : (uint32_t)bias[i];
        }
    }
    tm_i32x8 multipliers = __builtin_shufflevector(pairs[0], pairs[1], 0, 2, 4, 6, 8, 10, 12, 14);
    tm_i32x8 shifts = __builtin_shufflevector(pairs[0], pairs[1], 1, 3, 5, 7, 9, 11, 13, 15);
    eight->multipliers = (tm_u32x8)multipliers;
    eight->left = (tm_u32x8)(shifts & (shifts > 0));
    eight->right = (-1 - shifts) & (shifts < 0);
    eight->whole = (shifts >= 0) & (multipliers != 0); // a product with 0 may as well be shifted
    uint64_t whole[4];
    __builtin_memcpy(whole, &eight->whole, sizeof whole);
    eight->usual = (whole[0] | whole[1] | whole[2] | whole[3]) == 0;
}

// Cuts a vector to a range. clang has a name for it, and doesn't see it in the longer way.
#if __has_builtin(__builtin_elementwise_min)
#define TM_CUT(x, lowest, highest)                                                 \
    (x = __builtin_elementwise_max(x, (__typeof__(x)){0} + (lowest)),              \
     x = __builtin_elementwise_min(x, (__typeof__(x)){0} + (highest)))
#else
#define TM_CUT(x, lowest, highest)                                                 \
    (x = (x & (x >= (lowest))) | ((x < (lowest)) & (lowest)),                      \
     x = (x & (x <= (highest))) | ((x > (highest)) & (highest)))
#endif

// Writes the codes of `count` sums from the first on, which have all but their bias: tm_code.
static inline void tm_write_eight(const tm_eight *eight, const tm_u32x8 *sums, int32_t first,
                                  int32_t count, int8_t *output)
{
    // tm_multiply_high. SSE2 multiplies 32 bits to 64 without sign only: 2^31 is added to the sum
    // before, and as many multipliers are taken off the product.
    tm_u32x8 x = *sums + eight->bias;
    if (!eight->usual)
        x <<= eight->left;
    tm_u64x8 wide = __builtin_convertvector(x ^ (1u << 31), tm_u64x8);
    wide = (wide * __builtin_convertvector(eight->multipliers, tm_u64x8) + (1u << 30)) >> 31;
    tm_i32x8 high = (tm_i32x8)(__builtin_convertvector(wide, tm_u32x8) - eight->multipliers);
    // tm_rounding_shift: all bits but one, then the last with half a step. A tie goes away from
    // zero: up, once a negative product is made smaller by the least step.
    tm_i32x8 code = (((high + (high >> 31)) >> eight->right) + 1) >> 1;
    if (!eight->usual)
        code = (high & eight->whole) | (code & ~eight->whole);
    code = (tm_i32x8)((tm_u32x8)code + (uint32_t)eight->zero_point);
    // Once it fits 16 bits, cutting it takes half as long.
    TM_CUT(code, INT16_MIN, INT16_MAX);
    tm_i16x8 narrow = __builtin_convertvector(code, tm_i16x8);
    TM_CUT(narrow, (int16_t)eight->range.lowest, (int16_t)eight->range.highest);
    tm_i8x8 codes = __builtin_convertvector(narrow, tm_i8x8);
    if (count == 8) {
        __builtin_memcpy(output, &codes, sizeof codes);
        return;
    }
    for (int32_t i = 0; i < count; i++)
        output[i] = codes[first + i];
}

#endif
#endif
