// faults.h: which part of the bearing is failing? What the fault model is shown of a look, and what
// is made of its scores.
//
// A fault is rolled over at a fault order of the bearing, some times a turn of the shaft, and makes
// teeth at that order and its multiples in the envelope's spectrum. So that one model serves every
// bearing, it sees beside the spectrum where this bearing's teeth would be:
//
//     channel 0        the look's order codes, within MC_MOST_ORDER_CODE of 0
//     channels 1 to 3  a comb for the inner race, the outer race and the ball: at bin b
//                      32 max(0, 1 - |b - c| / 1.5), c the nearest multiple of its fault order
//
// all of them × 2^-5 (a scale of 1/32). It answers with softmax scores of MC_CLASSES.
#ifndef MC_FAULTS_H
#define MC_FAULTS_H

#include "anomaly.h"
#include "vibration.h"

enum {
    MC_BINS_AN_ORDER = FE_ORDERS / 12,
    MC_COMBS = 3,
    MC_CHANNELS = 1 + MC_COMBS,
    MC_CLASSES = 4, // normal, and the suspects MC_INNER to MC_BALL
    MC_MOST_ORDER_CODE = 64,
    MC_MAX_AVERAGE = 16,
    MC_RISE = 32, // an eighth of certainty; see mc_faults_judge
};

#define MC_ORDER_BITS 16 // of fault orders behind the point
#define MC_LEAST_FAULT_ORDER ((uint32_t)1 << (MC_ORDER_BITS - 1)) // half the shaft's speed
#define MC_MOST_FAULT_ORDER ((uint32_t)100 << MC_ORDER_BITS)

// What may be wrong. The first ones are the fault model's classes.
enum mc_suspect {
    MC_NOBODY = 0,
    MC_INNER = 1,
    MC_OUTER = 2,
    MC_BALL = 3,
    MC_IMBALANCE = 4,
    MC_MISALIGNMENT = 5,
    MC_UNKNOWN = 6,
    MC_SENSOR = 7,
};

typedef struct {
    uint32_t orders[MC_COMBS]; // fault orders of inner race, outer race, ball, × 2^16
    uint16_t average;          // looks whose scores are averaged, 1 to MC_MAX_AVERAGE
    uint16_t threshold;        // 0 to 255: of suspicion, from which on there is an alarm
} mc_fault_settings;

// Owned by the caller; private.
typedef struct {
    int8_t combs[MC_COMBS][FE_ORDERS];
    uint8_t history[MC_MAX_AVERAGE][MC_CLASSES]; // the last scores, 0 to 255
    uint16_t average, threshold; // the threshold rises while commissioning
    uint16_t looks;              // in the history, up to `average`
    uint16_t oldest;
} mc_faults;

// Starts afresh.
// Returns MC_OK or MC_BAD_SETTINGS.
int32_t mc_faults_start(mc_faults *faults, const mc_fault_settings *settings);

// Writes the model's input for a look.
// input: [FE_ORDERS][MC_CHANNELS].
void mc_fault_input(const mc_faults *faults, const int8_t orders[FE_ORDERS], int8_t *input);

// Takes the model's scores of a look. Suspicion is 255 less the average score of "normal". There is
// an alarm if it reaches the threshold, and MC_RISE more than it ever was while commissioning: some
// healthy machines have a line where a comb has a tooth, and that is no news.
// scores: the model's softmax: -128 is 0, and a step 1/256.
// commissioning: whether this look is one of a machine that is taken for healthy.
// smoothed: averages of the last looks, or of those there were yet, are written, rounded down.
// Returns MC_NOBODY, or on alarm the likeliest of MC_INNER, MC_OUTER and MC_BALL.
enum mc_suspect mc_faults_judge(mc_faults *faults, const int8_t scores[MC_CLASSES],
                                bool commissioning, uint8_t smoothed[MC_CLASSES]);

#endif
