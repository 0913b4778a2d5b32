// lead.h: an electrocardiogram's samples, at whatever rate they come, brought to 200 a second.
//
// Each sample that comes stands for its share of time, 1/rate s, and each that goes out is what
// there was on average in its own 1/200 s. So one that goes out has its middle at a known place
// among those that came, at any rate and for ever: nothing drifts. It is simple and not exact: of a
// tone of 5 Hz it is off by up to 1 % of its height, of one of 15 Hz by 3 %, and of 40 Hz, which
// beats hardly have, by 20 %. At 200 samples a second they go through as they are.
#ifndef HB_LEAD_H
#define HB_LEAD_H

#include <stdbool.h>
#include <stdint.h>

enum { HB_OK = 0, HB_BAD_SETTINGS = -1, HB_BAD_MODEL = -2 };

enum {
    HB_RATE = 200,   // samples a second that the detector sees: those of Pan and Tompkins
    HB_MV = 512,     // its units in a mV
    HB_MOST = 1 << 18, // its largest value; half a volt is far beyond what an electrode gives
};

// Owned by the caller; private.
typedef struct {
    uint32_t rate, counts_per_mv;
    int32_t zero;  // the first sample: filters start at rest, wherever the zero line is
    int32_t sum;   // of the sample to go out: counts less zero, times how long, in 1/200 of a sample
    uint32_t left; // how much time it still lacks
    uint64_t made; // how many went out
    bool started;
} hb_lead;

// Starts with the next sample.
// rate: samples a second, 200 to 1,000; counts_per_mv: 50 to 4,000.
// Returns HB_OK or HB_BAD_SETTINGS.
int32_t hb_lead_start(hb_lead *lead, uint32_t rate, uint32_t counts_per_mv);

// Takes a sample. Returns whether one goes out: then it is in *value, in 1/512 mV above the first.
bool hb_lead_add(hb_lead *lead, int16_t sample, int32_t *value);

// The place, among those that came, of the one that went out as number `made`, from 0.
uint32_t hb_lead_place(const hb_lead *lead, uint64_t made);

#endif
