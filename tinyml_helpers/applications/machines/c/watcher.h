// watcher.h: predictive maintenance from samples to suspects, in memory the caller owns.
//
//     static mc_watcher watcher;                          // the model is loaded already
//     if (mc_start(&watcher, &interpreter, &settings) != MC_OK)
//         ...the model or the settings won't do...
//     while (count > 0) {                                 // samples, as many as there are
//         uint32_t taken = mc_push(&watcher, samples, count, &look, &ready);
//         samples += taken, count -= taken;
//         if (ready && look.alarms != 0)
//             ...look.suspect should be seen to...
//     }
//
// Every look of the front end (1.37 s at 12 kHz) two models judge. The fault model, trained
// elsewhere on other machines, names a part of the bearing, from the first look on. The anomaly
// model learns here what is usual, and then notices whatever isn't. Integers only: on every chip
// and computer the same bytes come out.
#ifndef MC_WATCHER_H
#define MC_WATCHER_H

#include "anomaly.h"
#include "faults.h"
#include "micro.h"
#include "vibration.h"

#ifdef __cplusplus
extern "C" {
#endif

enum { MC_COMMISSIONING = 0, MC_WATCHING = 1 };            // states
enum { MC_ANOMALY = 1, MC_FAULT = 2, MC_SENSOR_FAILS = 4 }; // bits of alarms

enum {
    MC_LEAST_SPAN = 8,         // from the least to the largest sample: a sensor's own noise has more
    MC_MOST_CLIPPED = 1000,    // one in so many samples may be clipped
};

typedef struct {
    uint32_t rate;      // samples a second: 12,000, 3,200 or 1,600
    uint32_t shaft_mhz; // turns in 1,000 seconds, 1,000 to 200,000
    mc_fault_settings faults;
    mc_anomaly_settings anomaly;
} mc_settings;

// Owned by the caller; private.
typedef struct {
    tm_interpreter *interpreter;
    fe_vibration front_end;
    fe_vibration_frame frame;
    mc_faults faults;
    mc_anomaly anomaly;
    uint32_t rate;
    uint32_t looks; // complete so far
} mc_watcher;

// What became of one look. It is sent from boards as it is: the same bytes everywhere.
typedef struct {
    uint32_t number;
    int8_t orders[FE_ORDERS]; // of the front end, as the next three
    int8_t bands[FE_BANDS];
    uint16_t clipped;
    uint16_t span;
    int8_t scores[MC_CLASSES];    // of the fault model
    uint8_t smoothed[MC_CLASSES]; // their averages
    int16_t score;                // of the anomaly model; MC_NO_SCORE while learning
    int16_t threshold;            // MC_NO_SCORE while commissioning
    uint8_t state;                // MC_COMMISSIONING or MC_WATCHING: what this look was used for
    uint8_t alarms;               // bits
    uint8_t suspect;              // an mc_suspect; MC_NOBODY if there is no alarm
    int8_t risen;                 // the band most above what is usual, or -1
} mc_look;

// Starts watching, and commissioning.
// Needs: an interpreter with a model loaded, which the watcher uses as long as it watches; others
// may run the model between two calls.
// Returns MC_OK, MC_BAD_SETTINGS, or MC_BAD_MODEL: it must have one input of FE_ORDERS * MC_CHANNELS
// bytes (int8 codes of scale 1/32) and one output of MC_CLASSES bytes.
int32_t mc_start(mc_watcher *watcher, tm_interpreter *interpreter, const mc_settings *settings);

// Sets the shaft's speed, for looks that are completed from now on.
// Returns MC_OK or MC_BAD_SETTINGS; then it stays as it is.
int32_t mc_set_speed(mc_watcher *watcher, uint32_t shaft_mhz);

// Goes on behind a gap in the samples: the look that isn't complete is dropped, and samples are taken
// as if there had been silence before. What was learned stays, and the speed.
// Needs: a watcher that was started.
void mc_resume(mc_watcher *watcher);

// Takes samples until they are used up or a look is complete. Then `ready` is true, and `look` was
// written. A look at which the sensor fails isn't learned from.
// Returns how many samples were taken: at least one if there is one.
uint32_t mc_push(mc_watcher *watcher, const int16_t *samples, uint32_t count, mc_look *look,
                 bool *ready);

#ifdef __cplusplus
}
#endif

#endif
