#include "wake.h"

enum {
    FALL = 2, // the floor goes a quarter of the way down to a lower level
    RISE = 7, // and up by 1/128 a hop: a tenfold louder background is one after 6 s
};

int32_t kw_wake_start(kw_wake *gate, const kw_wake_settings *settings)
{
    if (settings->ratio < 16 || settings->ratio > 4096)
        return KW_WAKE_BAD_SETTINGS;
    gate->settings = *settings;
    gate->offset = 0;
    gate->level = 0;
    gate->floor = 0;
    gate->remain = 0;
    return KW_WAKE_OK;
}

bool kw_wake_hop(kw_wake *gate, const int16_t *samples)
{
    int32_t offset = gate->offset, sum = 0;
    uint32_t level = 0; // at most 320 * 65535: 25 bits
    for (uint32_t i = 0; i < KW_WAKE_HOP; i++) {
        int32_t x = samples[i] - offset;
        sum += x;
        level += (uint32_t)(x < 0 ? -x : x);
    }
    gate->offset = offset + sum / KW_WAKE_HOP;
    gate->level = level;

    uint32_t scaled = level * 16 + 1; // 29 bits; more than 0, which means "no hop yet"
    if (gate->floor == 0)
        gate->floor = scaled;
    else if (gate->floor > scaled)
        gate->floor -= ((gate->floor - scaled) >> FALL) + 1;
    else
        gate->floor += (gate->floor >> RISE) + 1;

    uint32_t least = (uint32_t)gate->settings.quiet * KW_WAKE_HOP;
    // level / floor > ratio, both in sixteenths, without a division
    bool louder = (uint64_t)level << 8 > (uint64_t)gate->floor * gate->settings.ratio;
    bool loud = louder && level > least;
    if (loud)
        gate->remain = gate->settings.hangover + 1u;
    bool open = gate->remain > 0;
    gate->remain -= open;
    return open;
}

void kw_wake_hops(kw_wake *gate, const int16_t *samples, uint32_t hops, uint8_t *open)
{
    for (uint32_t i = 0; i < hops; i++)
        open[i] = kw_wake_hop(gate, samples + (uint64_t)i * KW_WAKE_HOP);
}
