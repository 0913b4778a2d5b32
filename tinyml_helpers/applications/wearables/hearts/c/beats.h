// beats.h: what a model is shown of a beat, and what is known of the heart's usual one.
//
// A beat is early, or odd, only beside this heart's own: so its shape is shown next to the average
// of this heart's normal beats, both divided by the size of that average, and its intervals are
// shown as shares of the usual one. Nothing waits for the next beat. Integers only.
#ifndef HB_BEATS_H
#define HB_BEATS_H

#include "qrs.h"

enum {
    HB_SHAPE = 48,        // points 10 ms apart, from 160 ms before the R peak to 310 ms after
    HB_BEFORE = 32,       // samples at 200 a second from the first of them to the R peak
    HB_AFTER = 62,        // and from the R peak to the last
    HB_RHYTHM = 8,
    HB_INPUT = 2 * HB_SHAPE + HB_RHYTHM,
    HB_SIZE = 32,         // the code of the usual beat's largest point
    HB_RRS = 5,           // intervals of which the middle one is the first usual one
};

// What a heart's beats are like. Owned by the caller; private but for `rr`, `usual_rr` and `rule`.
typedef struct {
    uint32_t early;            // percent
    uint64_t place;            // R peak of the beat before, in samples at 200 a second
    int32_t shape[HB_SHAPE];   // this beat's
    int32_t usual[HB_SHAPE];   // the usual beat's, × 8
    uint32_t beats;            // learned from, up to a few
    uint32_t odd;              // beats in a row that were none to learn from
    uint32_t rrs[HB_RRS];      // the last intervals, ms, the newest first
    uint32_t rr_count;         // of them
    uint32_t usual_rr16;       // ms × 16; 0 until it is known
    uint32_t change16;         // usual difference of an interval and the next, ms × 16
    uint32_t shorts, longs;    // intervals in a row too short, or too long, to be usual
    uint32_t rr, usual_rr;     // ms: of this beat, and what was usual before it; 0 if not known
    bool rule, rule_before;    // whether this beat, and the one before, is early by its interval
} hb_beats;

// Starts with a heart that nothing is known of. early: a beat is early by the rule if its interval
// is below so many percent of the usual one.
void hb_beats_start(hb_beats *beats, uint32_t early);

// Takes the next beat, once there are HB_AFTER samples of the smoothed ECG behind its R peak.
// input: [HB_INPUT], codes of scale 1/32: the beat's shape, the usual beat's, and HB_RHYTHM of how
// it compares (beats.c says which).
void hb_beats_add(hb_beats *beats, const hb_qrs *qrs, uint64_t place, int8_t *input);

// Says of the beat that was taken last whether it is a normal one: then the usual beat learns from
// it.
void hb_beats_judged(hb_beats *beats, bool normal);

#endif
