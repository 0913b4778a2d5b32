// monitor.h: a heart's beats from an electrocardiogram's samples, and which of them come early, in
// memory the caller owns.
//
//     static hb_monitor monitor;                          // the model is loaded already
//     if (hb_start(&monitor, &interpreter, &settings) != HB_OK)
//         ...the model or the settings won't do...
//     while (count > 0) {                                 // samples, as many as there are
//         uint32_t taken = hb_push(&monitor, samples, count, &beat, &ready);
//         samples += taken, count -= taken;
//         if (ready && beat.kind != HB_NORMAL)
//             ...beat.place came early...
//     }
//
// qrs.h finds beats, beats.h says what they are like beside this heart's usual one, and then two
// judge: the interval alone, by a rule, and the model. A beat is told some 0.4 s after its R peak,
// later where it had to be searched for, and the first ones after the four seconds in which the
// detector learns. Integers only: on every chip and computer the same bytes come out. Teaching
// material, not a medical device.
#ifndef HB_MONITOR_H
#define HB_MONITOR_H

#include "beats.h"
#include "micro.h"

#ifdef __cplusplus
extern "C" {
#endif

enum { HB_NORMAL = 0, HB_SUPRAVENTRICULAR = 1, HB_VENTRICULAR = 2, HB_CLASSES = 3 };

enum { HB_APART = 32 }; // samples, at least, from telling a beat to telling the next

typedef struct {
    uint32_t rate;          // samples a second, 200 to 1,000
    uint16_t counts_per_mv; // 50 to 4,000
    uint8_t early;          // percent of the usual interval, 50 to 99
    uint8_t threshold;      // of the scores of S and V together, /256, from which a beat is early
} hb_settings;

// Owned by the caller; private.
typedef struct {
    tm_interpreter *interpreter;
    hb_qrs qrs;
    hb_beats beats;
    uint32_t threshold;
    uint32_t since;  // samples since a beat was told, at most HB_APART
    uint32_t number; // of beats told
    uint64_t place;  // of the beat to be told next
    bool waits;      // whether there is one
} hb_monitor;

// A beat. It is sent from boards as it is: the same bytes everywhere.
typedef struct {
    uint32_t number;
    uint32_t place;          // sample of its R peak since the start
    uint16_t rr;             // ms since the beat before; 0 if there is none
    uint16_t usual;          // ms, this heart's usual interval; 0 if it isn't known yet
    int8_t input[HB_INPUT];  // what the model was shown
    int8_t scores[HB_CLASSES];
    uint8_t rule;            // 1: early by its interval alone
    uint8_t kind;            // by the model
    uint8_t unused[3];
} hb_beat;

// Starts with a heart that nothing is known of.
// Needs: an interpreter with a model loaded, which the monitor uses as long as it runs; others may
// run the model between two calls. Or NULL, to train a model on what it will be shown: then scores
// are -128, kinds HB_NORMAL, and the usual beat is that of those that aren't early by the rule.
// Returns HB_OK, HB_BAD_SETTINGS, or HB_BAD_MODEL: it must have one input of HB_INPUT bytes (int8
// codes of scale 1/32) and one output of HB_CLASSES bytes.
int32_t hb_start(hb_monitor *monitor, tm_interpreter *interpreter, const hb_settings *settings);

// Takes samples until they are used up or a beat is told. Then `ready` is true, and `beat` was
// written.
// Returns how many samples were taken: at least one if there is one.
uint32_t hb_push(hb_monitor *monitor, const int16_t *samples, uint32_t count, hb_beat *beat,
                 bool *ready);

#ifdef __cplusplus
}
#endif

#endif
