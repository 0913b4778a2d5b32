#include "gated.h"

#include "tm_memory.h"

int32_t kw_gated_start(kw_gated *gated, int16_t *ring, tm_interpreter *interpreter,
                       const kw_gated_settings *settings)
{
    memset(gated, 0, sizeof *gated);
    gated->ring = ring;
    gated->has_gate = settings->gate.ratio != 0;
    if (gated->has_gate) {
        gated->lookback = gated->empty = settings->lookback;
        if (settings->lookback > KW_MAX_LOOKBACK ||
            kw_wake_start(&gated->gate, &settings->gate) != KW_WAKE_OK)
            return KW_BAD_SETTINGS;
    }
    return kw_start(&gated->spotter, interpreter, &settings->spotter);
}

// Gives the spotter a hop of sound. Returns whether that completed a frame: it always does but for
// the first time, for the front end's window is longer than a hop, and shorter than two.
static bool pass(kw_gated *gated, const int16_t *samples, kw_hop *hop)
{
    bool complete = false;
    for (uint32_t taken = 0; taken < KW_WAKE_HOP;) {
        bool ready;
        taken += kw_push(&gated->spotter, samples + taken, KW_WAKE_HOP - taken, hop, &ready);
        complete = complete || ready;
    }
    return complete;
}

// Has the gate judge the hop that came in, and works off the one that leaves. Returns whether there
// is one, and if so writes its kw_hop.
static bool step(kw_gated *gated, kw_hop *hop)
{
    if (kw_wake_hop(&gated->gate, gated->ring + gated->coming * KW_WAKE_HOP))
        gated->passing = gated->lookback + 1;
    bool passes = gated->passing > 0;
    gated->passing -= passes;
    gated->coming = (gated->coming + 1) % (gated->lookback + 1);
    if (gated->empty > 0) {
        gated->empty--;
        return false;
    }
    uint32_t leaving = gated->left++; // its place in the sound
    // Numbers are those of a spotter without a gate, whose hop 0 is complete within the sound's
    // second 320 samples, and so on. By them the detector counts its refractory time.
    gated->spotter.hops = leaving - 1;
    if (!passes || !pass(gated, gated->ring + gated->coming * KW_WAKE_HOP, hop)) {
        memset(hop, 0, sizeof *hop);
        hop->number = leaving - 1;
        hop->detected = KW_NONE;
        hop->closed = true;
    }
    return leaving > 0;
}

uint32_t kw_gated_push(kw_gated *gated, const int16_t *samples, uint32_t count, kw_hop *hop,
                       bool *ready)
{
    if (!gated->has_gate)
        return kw_push(&gated->spotter, samples, count, hop, ready);
    uint32_t room = KW_WAKE_HOP - gated->filled;
    uint32_t taken = count < room ? count : room;
    int16_t *to = gated->ring + gated->coming * KW_WAKE_HOP + gated->filled;
    for (uint32_t i = 0; i < taken; i++) // a chip's memcpy goes byte by byte, four times as long
        to[i] = samples[i];
    gated->filled += taken;
    *ready = gated->filled == KW_WAKE_HOP && step(gated, hop);
    gated->filled %= KW_WAKE_HOP;
    return taken;
}
