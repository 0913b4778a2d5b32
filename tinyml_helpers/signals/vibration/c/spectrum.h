// spectrum.h: the spectrum of 2,048 real numbers, and how much power lies where in it.
//
// Positions in a spectrum are in bins × 2^16. Bin k holds what is around k times the lowest
// frequency: as a position it goes from k to k + 1, so that frequency f is at position f + 1/2.
#ifndef FE_SPECTRUM_H
#define FE_SPECTRUM_H

#include <stdint.h>

#define FE_SPECTRUM 2048
#define FE_SPECTRUM_ENDS ((uint32_t)1024 << 16) // the last position
#define FE_OCTAVE (1 << 15)                     // an octave, as fe_log2 counts

// As fe_real_fft, of 2,048 numbers, and needing the same. Results are off by less than 600 units
// and 2^-13 of the largest one.
void fe_real_fft_2048(int32_t data[FE_SPECTRUM]);

// Replaces numbers by the spectrum of what is left of them without their mean and under a Hann
// window, laid out as fe_real_fft does. It is scaled by a power of two, as large as fits.
// data: [2048] int32. Needs: no number is further than 2^30.5 from their mean.
// Returns the scale's logarithm to base 2, from -12 to 28; of numbers that are all the same 0.
int32_t fe_spectrum(int32_t data[FE_SPECTRUM]);

// Returns the power between two positions, 2^-8 × the sum over bins of |X|^2 × the part of the bin
// that lies between: less than 2^62. Needs from <= to <= FE_SPECTRUM_ENDS.
uint64_t fe_power_between(const int32_t spectrum[FE_SPECTRUM], uint32_t from, uint32_t to);

// Returns the logarithm to base 2, × FE_OCTAVE, off by at most 1/5000 of an octave; of 0 as of 1.
int32_t fe_log2(uint64_t number);

#endif
