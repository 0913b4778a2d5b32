// The transform of 512 real numbers; fft_radix4.h has the code.

#include "fft.h"

#include "tables.h"

#define REAL_FFT fe_real_fft
#define POINTS 256
#define TWIDDLES fe_twiddles
#define REVERSED(n) fe_reversed[n]
#include "fft_radix4.h"
