// repetitions.h: counts what a wrist does again and again, whatever it is.
//
//     static ex_repetitions repetitions;
//     ex_repetitions_start(&repetitions);
//     ex_repetitions_add(&repetitions, &motion); // each sample, 50 a second
//     ...ex_repetitions_count(&repetitions) so far...
//
// A step is four samples. In a step the wrist has a velocity of six numbers: its rotation, and its
// acceleration without gravity, low-passed; 1 g is taken for 2 rad/s. Three things are made of it:
//
//     period     the least lag at which the velocity is nearly as like itself as at any: a peak of
//                the normalised autocorrelation 2 r(lag) / (e(now) + e(lag ago)), as in P. McLeod
//                and G. Wyvill, A smarter way to find pitch, ICMC 2005. It is a sum over all axes,
//                so it is the same however the watch is turned.
//     main axis  the first principal component of the velocity, by power iteration. It begins as
//                the way the wrist first moves, so that the first swing out is positive.
//     swing      a Schmitt trigger on the velocity along it: a repetition is a swing out and the
//                turn back. One way only doesn't count. A turn back too soon after the one before,
//                for that period, is part of the same repetition.
//
// A repetition waits to be counted until there is a period, clearly, and until one like it came
// about a period before or after; at the start of a movement it may be unlike. So fidgeting hardly
// counts, the first two or three repetitions are counted at once, late, and each later one while
// the wrist turns back. After two seconds of stillness all is forgotten but the count.
//
// Sums fade by 1/32 a step, with a time constant of 2.6 s. Integers only: the same on every chip
// and computer, and sums don't overflow, whatever a sensor gives.
#ifndef EX_REPETITIONS_H
#define EX_REPETITIONS_H

#include "wrist.h"

enum {
    EX_STEP = 4,      // samples
    EX_SMOOTHED = 4,  // steps that a velocity is the mean of
    EX_LAGS = 61,     // steps, from 0 on: periods to 4.7 s
    EX_WAITING = 3,   // repetitions that can wait to be counted
};

// Owned by the caller; private.
typedef struct {
    int32_t sums[EX_AXES];                // of this step's samples
    int16_t steps[EX_SMOOTHED][EX_AXES];  // the last ones' velocity, 1/256 rad/s
    uint8_t samples, newest_step;
    uint16_t count, period;
    // From here on all is forgotten after stillness.
    uint32_t now;                         // steps since
    uint16_t still;                       // steps in a row
    uint16_t newest;                      // place in the two rings
    int16_t velocities[EX_LAGS][EX_AXES]; // 1/64 rad/s
    int32_t energies[EX_LAGS];            // sums[0] of products, as it was then
    int32_t products[EX_LAGS];            // of velocities now and so many steps ago, faded
    int32_t covariance[EX_AXES][EX_AXES]; // of the velocity, faded, not divided by their weight
    int32_t weight;                       // of a faded sum of ones, × 2^8
    int16_t axis[EX_AXES];                // of length 2^14; all 0 before the wrist first moves
    int64_t strength;                     // of the velocity's square along it, faded
    bool out;                             // the wrist swung out, and not back yet
    uint16_t gap;                         // steps between the last two turns back, or 0
    uint32_t turned;                      // step of the last turn back, or 0
    uint32_t waiting[EX_WAITING];         // steps of turns back that aren't counted yet, or 0
} ex_repetitions;

// Starts at 0.
void ex_repetitions_start(ex_repetitions *repetitions);

// Takes a sample.
void ex_repetitions_add(ex_repetitions *repetitions, const ex_motion *motion);

// How many there were since the start; it goes on at 0 after 65,535.
uint16_t ex_repetitions_count(const ex_repetitions *repetitions);

// Samples from the last but one to the last repetition, in whole steps; 0 if that isn't known.
uint16_t ex_repetitions_period(const ex_repetitions *repetitions);

#endif
