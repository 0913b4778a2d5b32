// fft.h: the spectrum of 512 real numbers, in integers.
#ifndef FE_FFT_H
#define FE_FFT_H

#include <stdint.h>

#define FE_WINDOW 512

// Computes the discrete Fourier transform of real numbers, in place:
//
//     X[k] = sum over n of data[n] (cos(2 pi k n / 512) - i sin(2 pi k n / 512)),  k = 0 to 256
//
// data: [512] int32. Becomes X[0], X[256] (both are real), and then the real and the imaginary part
// of X[1], X[2], ... X[255].
// Needs: the sizes of the numbers at even places add up to at most 2^29.5, and so do those at odd
// places. Nothing is scaled. Results are off by less than 200 units and 2^-14 of the largest one.
void fe_real_fft(int32_t data[FE_WINDOW]);

#endif
