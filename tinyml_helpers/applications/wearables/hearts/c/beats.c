#include "beats.h"

#include "tm_memory.h"

enum {
    MS = 1000 / HB_RATE, // in a sample
    FIRST = 8,  // beats that are all learned from, alike; then the normal ones, an eighth of each
    STUCK = 16, // odd beats in a row after which the usual one is learned anew
    STREAK = 8, // the same for intervals
    SHORT = 60, // percent of the usual interval, from which and
    LONG = 150, // to which one may be usual
};

void hb_beats_start(hb_beats *beats, uint32_t early)
{
    memset(beats, 0, sizeof *beats);
    beats->early = early;
}

// Divides and rounds to the nearest; `by` is positive.
static int32_t divided(int64_t value, int64_t by)
{
    return (int32_t)((value >= 0 ? value + by / 2 : value - by / 2) / by);
}

static int8_t code(int32_t value)
{
    return (int8_t)(value > 127 ? 127 : value < -128 ? -128 : value);
}

static int32_t magnitude(int32_t value)
{
    return value < 0 ? -value : value;
}

// The largest point of the usual beat, × 8; at least 1, to divide by.
static int32_t largest(const hb_beats *beats)
{
    int32_t most = 1;
    for (uint32_t i = 0; i < HB_SHAPE; i++)
        most = magnitude(beats->usual[i]) > most ? magnitude(beats->usual[i]) : most;
    return most;
}

// The beat's shape. Its own average is its zero line: a filter that takes a wandering baseline away
// would take some of a wide beat, too.
static void see(hb_beats *beats, const hb_qrs *qrs, uint64_t place)
{
    int64_t sum = 0;
    for (uint32_t i = 0; i < HB_SHAPE; i++) {
        uint64_t at = place + 2 * i;
        beats->shape[i] = hb_qrs_at(qrs, at > HB_BEFORE ? at - HB_BEFORE : 0);
        sum += beats->shape[i];
    }
    int32_t zero = divided(sum, HB_SHAPE);
    for (uint32_t i = 0; i < HB_SHAPE; i++)
        beats->shape[i] -= zero;
}

// The interval that has the middle place among the last HB_RRS.
static uint32_t middle(const uint32_t *rrs)
{
    for (uint32_t i = 0; i < HB_RRS; i++) {
        uint32_t below = 0, same = 0;
        for (uint32_t j = 0; j < HB_RRS; j++) {
            below += rrs[j] < rrs[i];
            same += rrs[j] == rrs[i];
        }
        if (below <= HB_RRS / 2 && below + same > HB_RRS / 2)
            return rrs[i];
    }
    return rrs[0];
}

// Has the usual interval follow this one, if that is between two beats that aren't early. When many
// in a row are too short or too long, the heart's rate has changed, and they are what is usual.
static void follow(hb_beats *beats)
{
    uint32_t rr = beats->rr, usual = beats->usual_rr;
    beats->shorts = beats->rule ? beats->shorts + 1 : 0;
    beats->longs = 100 * rr > LONG * usual ? beats->longs + 1 : 0;
    if (usual == 0 ? beats->rr_count == HB_RRS
                   : beats->shorts >= STREAK || beats->longs >= STREAK) {
        beats->usual_rr16 = 16 * middle(beats->rrs);
        beats->shorts = beats->longs = 0;
    } else if (usual > 0 && !beats->rule && !beats->rule_before && 100 * rr >= SHORT * usual &&
               100 * rr <= LONG * usual) {
        int32_t step = ((int32_t)(16 * rr) - (int32_t)beats->usual_rr16) / 8;
        beats->usual_rr16 = (uint32_t)((int32_t)beats->usual_rr16 + step);
        int32_t change = magnitude((int32_t)rr - (int32_t)beats->rrs[1]);
        beats->change16 =
            (uint32_t)((int32_t)beats->change16 + (16 * change - (int32_t)beats->change16) / 8);
    }
}

static void time_it(hb_beats *beats, uint64_t place)
{
    uint64_t since = place - beats->place;
    beats->rule_before = beats->rule;
    beats->usual_rr = beats->usual_rr16 / 16;
    beats->rr = beats->beats == 0 ? 0 : since > 65535 / MS ? 65535 : (uint32_t)since * MS;
    beats->place = place;
    beats->rule = beats->rr > 0 && beats->usual_rr > 0 &&
                  100 * beats->rr < beats->early * beats->usual_rr;
    if (beats->rr == 0)
        return;
    for (uint32_t i = HB_RRS - 1; i > 0; i--)
        beats->rrs[i] = beats->rrs[i - 1];
    beats->rrs[0] = beats->rr;
    beats->rr_count += beats->rr_count < HB_RRS;
}

// How long the beat is above half of its height at its R peak, in samples at 200 a second.
static int32_t width(const hb_beats *beats, const hb_qrs *qrs, uint64_t place)
{
    int32_t peak = beats->shape[HB_BEFORE / 2], zero = hb_qrs_at(qrs, place) - peak;
    int32_t sign = peak < 0 ? -1 : 1, wide = 1;
    for (uint32_t i = 1; i <= HB_BEFORE && i <= place; i++, wide++)
        if (2 * sign * (hb_qrs_at(qrs, place - i) - zero) < sign * peak)
            break;
    for (uint32_t i = 1; i <= HB_AFTER; i++, wide++)
        if (2 * sign * (hb_qrs_at(qrs, place + i) - zero) < sign * peak)
            break;
    return wide;
}

// The rhythm's codes, 0 where something isn't known:
//     0 to 2   this interval, and the two before: 64 × its difference from the usual one, as a share
//     3        the usual interval less 800 ms, in 8 ms
//     4        how intervals usually change from one to the next: 256 × that as a share of the usual
//     5        2 × how far the shape's codes are from the usual beat's, on average
//     6        the shape's largest code less the usual beat's
//     7        4 × the width at half the R peak's height, in 5 ms
static void compare(const hb_beats *beats, const hb_qrs *qrs, uint64_t place, int8_t *input)
{
    int8_t *codes = input + 2 * HB_SHAPE;
    int32_t usual = (int32_t)beats->usual_rr, apart = 0, most = 0;
    memset(codes, 0, HB_RHYTHM);
    for (uint32_t i = 0; usual > 0 && i < 3; i++)
        codes[i] = code(divided(64 * ((int64_t)beats->rrs[i] - usual), usual));
    if (usual > 0) {
        codes[3] = code(divided(usual - 800, 8));
        codes[4] = code(divided(256 * (int64_t)beats->change16, 16 * usual));
    }
    for (uint32_t i = 0; i < HB_SHAPE; i++) {
        apart += magnitude(input[i] - input[HB_SHAPE + i]);
        most = magnitude(input[i]) > most ? magnitude(input[i]) : most;
    }
    codes[5] = code(divided(2 * apart, HB_SHAPE));
    codes[6] = code(most - HB_SIZE);
    codes[7] = code(4 * width(beats, qrs, place));
}

void hb_beats_add(hb_beats *beats, const hb_qrs *qrs, uint64_t place, int8_t *input)
{
    see(beats, qrs, place);
    time_it(beats, place);
    if (beats->beats == 0) // the first one is all that is known
        for (uint32_t i = 0; i < HB_SHAPE; i++)
            beats->usual[i] = 8 * beats->shape[i];
    int32_t most = largest(beats);
    for (uint32_t i = 0; i < HB_SHAPE; i++) {
        input[i] = code(divided((int64_t)beats->shape[i] * 8 * HB_SIZE, most));
        input[HB_SHAPE + i] = code(divided((int64_t)beats->usual[i] * HB_SIZE, most));
    }
    compare(beats, qrs, place, input);
    if (beats->rr > 0)
        follow(beats);
}

void hb_beats_judged(hb_beats *beats, bool normal)
{
    beats->odd = normal ? 0 : beats->odd + 1;
    if (beats->odd >= STUCK)
        beats->beats = beats->odd = 0;
    if (beats->beats < FIRST)
        beats->beats++;
    else if (!normal)
        return;
    int32_t part = (int32_t)beats->beats; // of the first beats each counts alike
    for (uint32_t i = 0; i < HB_SHAPE; i++)
        beats->usual[i] += (8 * beats->shape[i] - beats->usual[i]) / part;
}
