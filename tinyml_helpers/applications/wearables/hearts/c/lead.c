#include "lead.h"

enum { LEAST_RATE = HB_RATE, MOST_RATE = 1000, LEAST_COUNTS = 50, MOST_COUNTS = 4000 };

int32_t hb_lead_start(hb_lead *lead, uint32_t rate, uint32_t counts_per_mv)
{
    if (rate < LEAST_RATE || rate > MOST_RATE || counts_per_mv < LEAST_COUNTS ||
        counts_per_mv > MOST_COUNTS)
        return HB_BAD_SETTINGS;
    lead->rate = rate;
    lead->counts_per_mv = counts_per_mv;
    lead->sum = 0;
    lead->left = rate;
    lead->made = 0;
    lead->started = false;
    return HB_OK;
}

bool hb_lead_add(hb_lead *lead, int16_t sample, int32_t *value)
{
    if (!lead->started)
        lead->zero = sample;
    lead->started = true;
    // Time is counted so that a sample that comes lasts HB_RATE and one that goes out `rate`: the
    // first is the shorter, or as long, and at most one goes out. The sum stays below 2^16 × 1,000.
    int32_t level = sample - lead->zero;
    uint32_t now = lead->left < HB_RATE ? lead->left : HB_RATE;
    lead->sum += level * (int32_t)now;
    lead->left -= now;
    if (lead->left > 0)
        return false;
    int64_t units = (int64_t)lead->sum * HB_MV / ((int64_t)lead->rate * lead->counts_per_mv);
    *value = (int32_t)(units > HB_MOST ? HB_MOST : units < -HB_MOST ? -HB_MOST : units);
    lead->sum = level * (int32_t)(HB_RATE - now);
    lead->left = lead->rate - (HB_RATE - now);
    lead->made++;
    return true;
}

uint32_t hb_lead_place(const hb_lead *lead, uint64_t made)
{
    // Middles are at (made + 1/2) / 200 s and (place + 1/2) / rate s.
    return (uint32_t)((2 * made + 1) * lead->rate / (2 * HB_RATE));
}
