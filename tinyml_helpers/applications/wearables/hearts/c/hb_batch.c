// hb_batch.c: what Python calls on this computer: many samples at once. Not for boards.
#include "monitor.h"

size_t hb_monitor_bytes(void);
size_t hb_qrs_bytes(void);
uint32_t hb_push_all(hb_monitor *monitor, const int16_t *samples, uint32_t count, hb_beat *beats);
uint32_t hb_detect_all(hb_qrs *qrs, const int16_t *samples, uint32_t count, uint32_t *places,
                       uint32_t most);
uint32_t hb_lead_all(hb_qrs *qrs, const int16_t *samples, uint32_t count, int32_t *values,
                     uint32_t *places);

size_t hb_monitor_bytes(void)
{
    return sizeof(hb_monitor);
}

size_t hb_qrs_bytes(void)
{
    return sizeof(hb_qrs);
}

// Pushes all samples. Returns how many beats they gave; beats has room for them.
uint32_t hb_push_all(hb_monitor *monitor, const int16_t *samples, uint32_t count, hb_beat *beats)
{
    uint32_t made = 0;
    while (count > 0) {
        bool ready;
        uint32_t taken = hb_push(monitor, samples, count, &beats[made], &ready);
        samples += taken;
        count -= taken;
        made += ready;
    }
    return made;
}

// Where the beats are, as soon as a detector that was started finds them. places: [most].
// Returns how many there are.
uint32_t hb_detect_all(hb_qrs *qrs, const int16_t *samples, uint32_t count, uint32_t *places,
                       uint32_t most)
{
    uint32_t made = 0;
    uint64_t place;
    for (uint32_t i = 0; i < count; i++) {
        hb_qrs_add(qrs, samples[i]);
        while (made < most && hb_qrs_beat(qrs, &place))
            places[made++] = hb_lead_place(&qrs->lead, place);
    }
    return made;
}

// What a detector that was started makes of samples at 200 a second, and where these are among those
// that came. values, places: [count]. Returns how many there are.
uint32_t hb_lead_all(hb_qrs *qrs, const int16_t *samples, uint32_t count, int32_t *values,
                     uint32_t *places)
{
    uint32_t made = 0;
    for (uint32_t i = 0; i < count; i++)
        if (hb_lead_add(&qrs->lead, samples[i], &values[made])) {
            places[made] = hb_lead_place(&qrs->lead, made);
            made++;
        }
    return made;
}
