// anomaly.h: is this machine as it was? Learns on the machine it watches what is usual there.
//
//     static mc_anomaly anomaly;
//     mc_anomaly_start(&anomaly, &settings);
//     for (;;) {                                    // every look at the machine
//         mc_anomaly_look(&anomaly, bands, &result);
//         if (result.alarm)
//             ...the machine isn't as it was...
//     }
//
// The first looks, at a healthy machine, commission it: `learn` of them give the bands' mean m and
// covariance S. Every later look x is scored by its squared Mahalanobis distance,
//
//     d^2 = (x - m)' S^-1 (x - m)        score = 8 log2(d^2 / 32), in steps of 1/8 octave
//
// `settle` more looks, healthy still, give the score's mean and mean absolute deviation there, and
// so the threshold. Then there is an alarm once `persist` looks in a row are above it.
//
// S is made of few looks, so it is regularised before it is inverted:
//
//     off the diagonal   × learn / (learn + 8): the fewer looks, the less is believed (O. Ledoit and
//                        M. Wolf, "A well-conditioned estimator for large-dimensional covariance
//                        matrices", Journal of Multivariate Analysis 88 (2004)). A machine's bands
//                        move together, so little is to be taken off: of the simulated machines'
//                        bands this is the share that the formula of J. Schaefer and K. Strimmer
//                        (Statistical Applications in Genetics and Molecular Biology 4 (2005),
//                        article 32, target D) finds with 64 looks and with 192
//     on the diagonal    + 1/4 code^2: a code is off by up to half a code, and one that never
//                        changed isn't certain; + 1/4096 of all variances' sum, so that numbers in
//                        fixed point suffice: no direction is more certain than that
#ifndef MC_ANOMALY_H
#define MC_ANOMALY_H

#include "vibration.h"

enum {
    MC_BANDS = FE_BANDS,
    MC_FEW = 8,          // looks: of so many, half of a covariance is believed
    MC_MIN_LEARN = 64,   // twice as many looks as bands
    MC_MAX_LEARN = 4096, // see anomaly.c for what doesn't overflow up to there
    MC_MIN_SETTLE = 16,
    MC_MAX_SETTLE = 256,
    MC_MAX_MARGIN = 1024,
    MC_MAX_PERSIST = 255,
};

#define MC_NO_SCORE INT16_MIN
#define MC_LEAST_SCORE (-16) // nearer to the mean than that is no more usual

// What functions that start something return.
enum { MC_OK = 0, MC_BAD_SETTINGS = -1, MC_BAD_MODEL = -2 };

typedef struct {
    uint16_t learn;   // looks for mean and covariance, MC_MIN_LEARN to MC_MAX_LEARN
    uint16_t settle;  // looks for the threshold, MC_MIN_SETTLE to MC_MAX_SETTLE
    uint16_t margin;  // from the mean score to the threshold, in eighths of a deviation
    uint16_t persist; // looks in a row above the threshold that give an alarm, from 1 on
} mc_anomaly_settings;

// Owned by the caller; private.
typedef struct {
    mc_anomaly_settings settings;
    uint32_t learned, settled;  // looks so far
    int32_t means[MC_BANDS];    // × 2^16; while learning sums of codes
    // The lower triangle of a matrix, row by row. While learning, sums of products of two bands'
    // codes. Then L of S = L D L', × 2^20; where L has its ones, the variances, × 2^8.
    int32_t triangle[MC_BANDS * (MC_BANDS + 1) / 2];
    int64_t pivots[MC_BANDS];   // D, × 2^24
    int16_t scores[MC_MAX_SETTLE];
    int16_t threshold;          // MC_NO_SCORE while commissioning
    uint16_t above;             // looks in a row
} mc_anomaly;

typedef struct {
    int16_t score;     // MC_LEAST_SCORE to 144; MC_NO_SCORE while learning
    int16_t threshold; // MC_NO_SCORE while commissioning
    int8_t risen;      // the band that is most deviations above its mean; -1 if none, or learning
    bool alarm;
} mc_anomaly_result;

// Starts commissioning.
// Returns MC_OK or MC_BAD_SETTINGS.
int32_t mc_anomaly_start(mc_anomaly *anomaly, const mc_anomaly_settings *settings);

// Whether commissioning is done.
bool mc_anomaly_is_watching(const mc_anomaly *anomaly);

// Takes a look: bands [MC_BANDS], any codes.
void mc_anomaly_look(mc_anomaly *anomaly, const int8_t bands[MC_BANDS], mc_anomaly_result *result);

#endif
