// gated.h: the spotter of spotter.h behind the gate of wake.h. Where the gate is closed, neither the
// front end nor the model runs, and time stands still for them: they get the open stretches of the
// sound, joined together. For the detector's refractory time it goes on.
//
//     static kw_gated gated;
//     static int16_t ring[KW_LOOKBACK_SAMPLES];
//     if (kw_gated_start(&gated, ring, &interpreter, &settings) != KW_OK)
//         ...the model or the settings won't do...
//     ...kw_gated_push as kw_push; hop.closed tells when it slept...
//
// A word is loud enough only when it has begun, so some hops from before come along: the look-back.
// For this all sound waits in a ring, and each hop leaves it `lookback` hops later. By then it is
// known whether the gate opened meanwhile: if so the hop goes to the spotter, else it is dropped.
// So for each hop that goes in one comes out, in order, and none takes longer than it does without a
// gate: there is never a look-back to catch up with. The price is that all is told 20 ms times
// `lookback` later, and that the last hops of a sound come out only when more sound goes in.
#ifndef KW_GATED_H
#define KW_GATED_H

#include "spotter.h"
#include "wake.h"

#ifdef __cplusplus
extern "C" {
#endif

enum {
    KW_MAX_LOOKBACK = 10, // hops: 200 ms
    KW_LOOKBACK_SAMPLES = (KW_MAX_LOOKBACK + 1) * KW_WAKE_HOP, // and the hop that is coming in
};

typedef struct {
    kw_settings spotter;
    kw_wake_settings gate; // a ratio of 0: no gate, and all is as kw_push has it
    uint16_t lookback;     // hops from before the gate opened, 0 to KW_MAX_LOOKBACK
} kw_gated_settings;

// Owned by the caller; private.
typedef struct {
    kw_spotter spotter;
    kw_wake gate;
    int16_t *ring;     // [lookback + 1][KW_WAKE_HOP], the last hops of sound
    uint32_t coming;   // the row that the next samples go to: the oldest, once all are filled
    uint32_t filled;   // samples of it that are there
    uint32_t lookback; // hops
    uint32_t empty;    // rows that no hop was in yet, besides that one
    uint32_t passing;  // hops to come that the spotter gets, whatever the gate says of later ones
    uint32_t left;     // hops that left the ring
    bool has_gate;
} kw_gated;

// Starts listening; the first hop will be taken for background.
// ring: int16 [KW_LOOKBACK_SAMPLES], the gate's as long as it listens.
// Needs: as kw_start. Returns KW_OK, KW_BAD_SETTINGS or KW_BAD_MODEL, as there.
int32_t kw_gated_start(kw_gated *gated, int16_t *ring, tm_interpreter *interpreter,
                       const kw_gated_settings *settings);

// Takes samples as kw_push does. A hop that comes out has the number that it has without a gate, and
// each number comes once; one with `closed` has neither features nor scores. Of the first hop of all
// that the spotter gets there is no frame, since the front end's window is longer: it is `closed`.
uint32_t kw_gated_push(kw_gated *gated, const int16_t *samples, uint32_t count, kw_hop *hop,
                       bool *ready);

#ifdef __cplusplus
}
#endif

#endif
