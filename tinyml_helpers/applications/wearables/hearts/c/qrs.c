#include "qrs.h"

#include "tm_memory.h"

enum {
    LEAST_HEIGHT = 60, // a QRS of about 0.03 mV
    DEAF = 40,         // 200 ms after a beat there is no other
    T_WAVE = 72,       // up to 360 ms after a beat a peak may be its T wave
    LONGEST_RISE = 35, // a peak has passed when the window is past its steepest for so long
    SILENCE = 800,     // samples without a beat, as at the start, after which thresholds are learned
    BASELINE = 100,    // samples about a beat whose average is taken for the zero line
    ABSURD = 6,        // a peak so many times the usual beat's is an electrode's
    LEAST_RR = 60,     // 200 beats a minute
    MOST_RR = 400,     // 30
    THRESHOLD = 6,     // sixteenths of the way from noise to signal; the paper's quarter is of squares
};

int32_t hb_qrs_start(hb_qrs *qrs, uint32_t rate, uint32_t counts_per_mv)
{
    memset(qrs, 0, sizeof *qrs);
    qrs->patience = SILENCE;
    qrs->rr = HB_RATE;
    return hb_lead_start(&qrs->lead, rate, counts_per_mv);
}

uint64_t hb_qrs_count(const hb_qrs *qrs)
{
    uint64_t made = qrs->lead.made;
    return made > HB_SMOOTH_DELAY ? made - HB_SMOOTH_DELAY : 0;
}

static uint32_t root(uint32_t of)
{
    uint32_t found = 0;
    for (uint32_t bit = 1u << 15; bit > 0; bit >>= 1)
        if ((found + bit) * (found + bit) <= of)
            found += bit;
    return found;
}

// One more sample of an average over time of which a new value is an eighth, or more.
static uint32_t followed(uint32_t average, uint32_t value, uint32_t part)
{
    int32_t step = ((int32_t)value - (int32_t)average) / (int32_t)part;
    return (uint32_t)((int32_t)average + step);
}

// Where a peak's R is: farthest from the zero line, within the window that ends with a sample.
static uint64_t r_peak(const hb_qrs *qrs, uint64_t end)
{
    uint64_t first = end > HB_SLOPE_DELAY + HB_WINDOW ? end - HB_SLOPE_DELAY - HB_WINDOW : 0;
    uint64_t last = end > HB_SLOPE_DELAY ? end - HB_SLOPE_DELAY : 0;
    uint64_t known = end - HB_SMOOTH_DELAY;
    int64_t sum = 0;
    for (uint64_t at = known - BASELINE; at != known; at++) // before the start all is 0
        sum += hb_qrs_at(qrs, at);
    int32_t zero = (int32_t)(sum / BASELINE), most = -1;
    uint64_t place = first;
    for (uint64_t at = first; at <= last; at++) {
        int32_t far = hb_qrs_at(qrs, at) - zero;
        far = far < 0 ? -far : far;
        if (far > most) {
            most = far;
            place = at;
        }
    }
    return place;
}

// Forgets the first peaks.
static void forget(hb_qrs *qrs, uint32_t count)
{
    qrs->peak_count -= count;
    for (uint32_t i = 0; i < qrs->peak_count; i++)
        qrs->peaks[i] = qrs->peaks[i + count];
}

// Forgets peaks that are so old that the ECG about them is soon overwritten.
static void forget_old(hb_qrs *qrs, uint64_t now)
{
    while (qrs->peak_count > 0 && now - qrs->peaks[0].place > SILENCE)
        forget(qrs, 1);
}

// Keeps a peak; where there is no room the lowest goes.
static void keep(hb_qrs *qrs, const hb_peak *peak)
{
    if (qrs->peak_count == HB_PEAKS) {
        uint32_t lowest = 0;
        for (uint32_t i = 1; i < HB_PEAKS; i++)
            if (qrs->peaks[i].height < qrs->peaks[lowest].height)
                lowest = i;
        if (qrs->peaks[lowest].height >= peak->height)
            return;
        for (uint32_t i = lowest + 1; i < HB_PEAKS; i++)
            qrs->peaks[i - 1] = qrs->peaks[i];
        qrs->peak_count--;
    }
    qrs->peaks[qrs->peak_count++] = *peak;
}

// The height from which a peak is a beat.
static uint32_t threshold(const hb_qrs *qrs)
{
    uint32_t above = qrs->signal > qrs->noise ? qrs->signal - qrs->noise : 0;
    uint32_t height = qrs->noise + above * THRESHOLD / 16;
    return height > LEAST_HEIGHT ? height : LEAST_HEIGHT;
}

// The steepest step of the smoothed ECG in the window that ends with a sample.
static uint32_t steepest(const hb_qrs *qrs, uint64_t end)
{
    uint32_t most = 0;
    for (uint64_t at = end - HB_SLOPE_DELAY - HB_WINDOW; at != end - HB_SLOPE_DELAY; at++) {
        int32_t step = hb_qrs_at(qrs, at + 2) - hb_qrs_at(qrs, at);
        uint32_t size = (uint32_t)(step < 0 ? -step : step);
        most = size > most ? size : most;
    }
    return most;
}

// Whether a peak may be a beat at all so soon after the last one, or is its T wave: that is less
// steep, below two thirds of the beat's slope. (The paper's half lets T waves pass that are as high
// as R.)
static bool is_apart(const hb_qrs *qrs, const hb_peak *peak)
{
    uint64_t last = qrs->last.place;
    return qrs->last.height == 0 || peak->place >= last + T_WAVE ||
           (peak->place >= last + DEAF && 3 * peak->slope >= 2 * qrs->last.slope);
}

// Takes a peak for a beat. part: what the usual height takes of it is one in so many.
static void beat(hb_qrs *qrs, const hb_peak *peak, uint32_t part)
{
    if (qrs->last.height > 0) {
        uint64_t rr = peak->place - qrs->last.place;
        uint32_t least = qrs->rr - qrs->rr / 4, most = qrs->rr + qrs->rr / 4;
        qrs->rr = followed(qrs->rr, rr < least ? least : rr > most ? most : (uint32_t)rr, 8);
        qrs->rr = qrs->rr < LEAST_RR ? LEAST_RR : qrs->rr > MOST_RR ? MOST_RR : qrs->rr;
    }
    uint32_t most = 2 * qrs->signal;
    qrs->signal = followed(qrs->signal, peak->height < most ? peak->height : most, part);
    qrs->last = *peak;
    if (qrs->patience < peak->place + SILENCE)
        qrs->patience = peak->place + SILENCE;
    if (qrs->found_count < HB_PEAKS)
        qrs->found[qrs->found_count++] = peak->place;
}

// Searches the peaks since the last beat: as long as one of them is above half the threshold, the
// highest is a beat, and what is left is what came after it.
static void search_back(hb_qrs *qrs, uint64_t now)
{
    forget_old(qrs, now);
    uint32_t best = HB_PEAKS, least = threshold(qrs) / 2;
    for (uint32_t i = 0; i < qrs->peak_count; i++)
        if (qrs->peaks[i].height >= least && is_apart(qrs, &qrs->peaks[i]) &&
            (best == HB_PEAKS || qrs->peaks[i].height > qrs->peaks[best].height))
            best = i;
    if (best == HB_PEAKS)
        return;
    hb_peak peak = qrs->peaks[best];
    forget(qrs, best + 1);
    beat(qrs, &peak, 4);
}

// What becomes of a peak once the thresholds are known.
static void judge(hb_qrs *qrs, const hb_peak *peak)
{
    if (qrs->last.height > 0 && peak->place < qrs->last.place + DEAF)
        return; // of the beat itself
    if (peak->height > ABSURD * qrs->signal) {
        qrs->signal += qrs->signal / 4; // if it goes on like this, it is the heart
        return;
    }
    if (peak->height >= threshold(qrs) && is_apart(qrs, peak)) {
        qrs->peak_count = 0;
        beat(qrs, peak, 8);
        return;
    }
    qrs->noise = followed(qrs->noise, peak->height < qrs->signal ? peak->height : qrs->signal, 8);
    keep(qrs, peak);
}

// Learns the thresholds from the peaks that there were, then takes the beats among them. Beats are
// as high as the third highest: the others may be movements or early ones. If there were not that
// many, it is a T wave, but a beat's is hardly below a quarter of the beat.
static void learn(hb_qrs *qrs, uint64_t now)
{
    uint32_t high[3] = {0, 0, 0}, sum = 0;
    forget_old(qrs, now);
    for (uint32_t i = 0; i < qrs->peak_count; i++) {
        uint32_t height = qrs->peaks[i].height;
        sum += height;
        for (uint32_t j = 0; j < 3; j++)
            if (height > high[j]) {
                uint32_t lower = high[j];
                high[j] = height;
                height = lower;
            }
    }
    uint32_t signal = high[2] > high[0] / 4 ? high[2] : high[0] / 4;
    uint32_t least = qrs->signal / 4 > LEAST_HEIGHT ? qrs->signal / 4 : LEAST_HEIGHT;
    qrs->patience = now + HB_RATE;
    if (signal < least) {
        if (signal >= LEAST_HEIGHT)
            qrs->signal -= qrs->signal / 4;
        return;
    }
    sum -= high[0] + high[1] + high[2];
    uint32_t rest = qrs->peak_count > 3 ? sum / (qrs->peak_count - 3) : 0;
    qrs->signal = signal;
    qrs->noise = rest < signal / 4 ? rest : signal / 4;
    hb_peak peaks[HB_PEAKS];
    uint32_t count = qrs->peak_count;
    for (uint32_t i = 0; i < count; i++)
        peaks[i] = qrs->peaks[i];
    qrs->peak_count = 0;
    for (uint32_t i = 0; i < count; i++)
        judge(qrs, &peaks[i]);
}

// Follows the steepness up and down again. Returns whether a peak has passed.
static bool passed(hb_qrs *qrs, uint64_t now, hb_peak *peak)
{
    uint32_t power = qrs->steepness.power;
    if (power > qrs->top && (qrs->top > 0 || power > qrs->power_before)) {
        qrs->top = power;
        qrs->top_end = now;
    }
    qrs->power_before = power;
    if (qrs->top == 0 || (power > qrs->top / 2 && now - qrs->top_end < LONGEST_RISE))
        return false;
    peak->place = r_peak(qrs, qrs->top_end);
    peak->height = root(qrs->top);
    peak->slope = steepest(qrs, qrs->top_end);
    qrs->top = 0;
    return peak->height >= LEAST_HEIGHT;
}

bool hb_qrs_add(hb_qrs *qrs, int16_t sample)
{
    uint64_t now = qrs->lead.made;
    int32_t value;
    hb_peak peak;
    if (!hb_lead_add(&qrs->lead, sample, &value))
        return false;
    hb_steepness_add(&qrs->steepness, now, value);
    if (passed(qrs, now, &peak)) {
        if (qrs->signal > 0)
            judge(qrs, &peak);
        else
            keep(qrs, &peak);
    }
    // The paper searches back after 166 % of the usual interval.
    if (qrs->last.height > 0 && now - qrs->last.place > HB_SLOPE_DELAY + HB_WINDOW + qrs->rr * 5 / 3)
        search_back(qrs, now);
    if (now >= qrs->patience)
        learn(qrs, now);
    return true;
}

bool hb_qrs_beat(hb_qrs *qrs, uint64_t *place)
{
    if (qrs->found_count == 0)
        return false;
    *place = qrs->found[0];
    qrs->found_count--;
    for (uint32_t i = 0; i < qrs->found_count; i++)
        qrs->found[i] = qrs->found[i + 1];
    return true;
}
