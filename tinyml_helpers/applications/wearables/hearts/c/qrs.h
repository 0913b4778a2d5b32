// qrs.h: where a heart beats: the QRS complexes of an electrocardiogram, found as samples come.
//
// J. Pan and W. J. Tompkins, "A real-time QRS detection algorithm", IEEE Transactions on Biomedical
// Engineering 32 (1985), 230-236: a QRS is where an ECG, between 5 and 15 Hz, is steep for about
// 150 ms. Filters and window are the paper's, and so are the rules: thresholds that follow the
// heights of beats and of the rest, a search back where a beat is overdue, T waves known by their
// slope. Other than there
// - heights are roots of the window's sum: of squares, an early beat of twice the size would count
//   four times, and hide the usual ones after it;
// - they alone are judged, not those of the filtered ECG as well;
// - a T wave's slope is the ECG's, not the filter's, which makes slopes of all waves alike, and may
//   be two thirds of a beat's;
// - thresholds are learned from four seconds, again after four without a beat, and no peak that is
//   many times a beat's counts, so that a lead may fall off and come back;
// - the usual interval moves by at most a thirty-second at a beat: intervals of beats that are early,
//   late or missed don't matter.
// Integers only.
#ifndef HB_QRS_H
#define HB_QRS_H

#include "lead.h"
#include "steepness.h"

enum { HB_PEAKS = 16 }; // of steepness, kept to be searched again

// A peak of steepness: a QRS, a T wave, or noise.
typedef struct {
    uint64_t place;  // of its R peak, or what would be one, in samples at 200 a second
    uint32_t height; // how steep: the root of the sum of the squared slopes in the window
    uint32_t slope;  // the smoothed ECG's largest step in it, over 10 ms
} hb_peak;

// Owned by the caller; private but for `lead`.
typedef struct {
    hb_lead lead;
    hb_steepness steepness;
    uint32_t power_before;   // the steepness one sample ago
    uint32_t top;            // the most since it began to rise; 0 if it doesn't
    uint64_t top_end;        // the sample it was reached with
    hb_peak peaks[HB_PEAKS]; // since the last beat, those that weren't taken for one
    uint32_t peak_count;
    uint32_t signal, noise; // usual heights of beats and of the rest; signal is 0 until it is known
    uint64_t patience;      // the sample with which to learn anew, if there is no beat until then
    hb_peak last;           // beat; none if its height is 0
    uint32_t rr;            // usual, in samples at 200 a second
    uint64_t found[HB_PEAKS]; // R peaks that nobody took yet, in samples at 200 a second
    uint32_t found_count;
} hb_qrs;

// Starts anew; arguments and results as hb_lead_start's.
int32_t hb_qrs_start(hb_qrs *qrs, uint32_t rate, uint32_t counts_per_mv);

// Takes a sample. Returns whether there is a new one at 200 a second.
bool hb_qrs_add(hb_qrs *qrs, int16_t sample);

// Takes the next beat, in their order. Returns false if there is none; else *place is that of its R
// peak, in samples at 200 a second: hb_lead_place says which of the caller's that is. Beats that
// nobody takes are lost when HB_PEAKS are waiting.
bool hb_qrs_beat(hb_qrs *qrs, uint64_t *place);

// How many samples of the smoothed ECG there are.
uint64_t hb_qrs_count(const hb_qrs *qrs);

// The smoothed ECG, 1/512 mV: one of its last HB_RING samples.
static inline int32_t hb_qrs_at(const hb_qrs *qrs, uint64_t number)
{
    return hb_steepness_at(&qrs->steepness, number);
}

#endif
