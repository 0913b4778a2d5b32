#include "faults.h"

#include "tm_memory.h"

// A tooth falls from MOST at its middle to 0 within 1.5 bins.
enum { MOST = 32 };
#define REACH ((int32_t)3 << (MC_ORDER_BITS - 1))

// Adds the teeth of one fault order to a comb.
static void add_teeth(int8_t comb[FE_ORDERS], uint32_t order)
{
    // In bins × 2^16. The last bin is below 2^24 and an order below 2^31: no sum overflows.
    uint32_t step = order * MC_BINS_AN_ORDER;
    for (uint32_t middle = step; middle < (uint32_t)(FE_ORDERS + 1) << MC_ORDER_BITS;
         middle += step) {
        uint32_t nearest = middle >> MC_ORDER_BITS;
        for (uint32_t bin = nearest - 1; bin <= nearest + 2; bin++) {
            int32_t away = (int32_t)((bin << MC_ORDER_BITS) - middle);
            int32_t inside = REACH - (away < 0 ? -away : away);
            if (bin >= FE_ORDERS || inside <= 0)
                continue;
            int8_t height = (int8_t)((2 * MOST * inside + REACH) / (2 * REACH)); // 64 × 2^17: fits
            if (height > comb[bin])
                comb[bin] = height;
        }
    }
}

int32_t mc_faults_start(mc_faults *faults, const mc_fault_settings *settings)
{
    memset(faults, 0, sizeof *faults);
    if (settings->average < 1 || settings->average > MC_MAX_AVERAGE || settings->threshold > 255)
        return MC_BAD_SETTINGS;
    for (uint32_t i = 0; i < MC_COMBS; i++) {
        uint32_t order = settings->orders[i];
        if (order < MC_LEAST_FAULT_ORDER || order > MC_MOST_FAULT_ORDER)
            return MC_BAD_SETTINGS;
        add_teeth(faults->combs[i], order);
    }
    faults->average = settings->average;
    faults->threshold = settings->threshold;
    return MC_OK;
}

void mc_fault_input(const mc_faults *faults, const int8_t orders[FE_ORDERS], int8_t *input)
{
    for (uint32_t bin = 0; bin < FE_ORDERS; bin++) {
        int32_t code = orders[bin];
        code = code > MC_MOST_ORDER_CODE ? MC_MOST_ORDER_CODE : code;
        *input++ = (int8_t)(code < -MC_MOST_ORDER_CODE ? -MC_MOST_ORDER_CODE : code);
        for (uint32_t i = 0; i < MC_COMBS; i++)
            *input++ = faults->combs[i][bin];
    }
}

enum mc_suspect mc_faults_judge(mc_faults *faults, const int8_t scores[MC_CLASSES],
                                bool commissioning, uint8_t smoothed[MC_CLASSES])
{
    uint8_t *newest = faults->history[faults->oldest];
    faults->oldest = (uint16_t)((faults->oldest + 1) % faults->average);
    if (faults->looks < faults->average)
        faults->looks++;
    uint32_t sums[MC_CLASSES] = {0}, likeliest = MC_INNER;
    for (uint32_t c = 0; c < MC_CLASSES; c++) {
        newest[c] = (uint8_t)(scores[c] + 128);
        for (uint32_t i = 0; i < faults->looks; i++)
            sums[c] += faults->history[i][c];
        smoothed[c] = (uint8_t)(sums[c] / faults->looks);
        if (c > MC_INNER && sums[c] > sums[likeliest])
            likeliest = c;
    }
    uint16_t suspicion = (uint16_t)(255 - smoothed[0]);
    bool alarm = suspicion >= faults->threshold;
    if (commissioning && faults->looks == faults->average &&
        suspicion + MC_RISE > faults->threshold)
        faults->threshold = (uint16_t)(suspicion + MC_RISE);
    return alarm ? (enum mc_suspect)likeliest : MC_NOBODY;
}
