// spotter.h: keyword spotting from samples to keywords, in memory the caller owns.
//
//     static kw_spotter spotter;                          // the model is loaded already
//     if (kw_start(&spotter, &interpreter, &settings) != KW_OK)
//         ...the model or the settings won't do...
//     while (count > 0) {                                 // samples, as many as there are
//         uint32_t taken = kw_push(&spotter, samples, count, &hop, &ready);
//         samples += taken, count -= taken;
//         if (ready && hop.detected != KW_NONE)
//             ...the word of class hop.detected was said...
//     }
//
// Every 20 ms of sound (a hop) the front end makes a frame of features. The last frames are kept, as
// many as the model takes; once they are all there, and then every few hops, the model scores them
// and the detector decides. A model that takes a second's frames sees each several times. One that
// takes fewer remembers those before in its state: it has to get each of them once. Integers only:
// on every chip and computer the same bytes come out.
#ifndef KW_SPOTTER_H
#define KW_SPOTTER_H

#include "detector.h"
#include "log_mel.h"
#include "micro.h"
#include "stream_window.h"

#ifdef __cplusplus
extern "C" {
#endif

enum { KW_BINS = 40, KW_FRAMES = 49 }; // features of a hop; hops a model takes at most, a second

// Owned by the caller; private.
typedef struct {
    tm_interpreter *interpreter;
    fe_log_mel front_end;
    kw_detector detector;
    int8_t frames[KW_FRAMES][KW_BINS]; // of which the first `model_frames` are a ring
    uint32_t model_frames;             // that the model takes
    stream_window window;
    uint32_t hops; // complete so far: the number of the next one
} kw_spotter;

// What became of one hop. It is sent from boards as it is: the same bytes everywhere.
typedef struct {
    uint32_t number; // 0 is complete after 512 samples, each other one 320 later
    int8_t features[KW_BINS];
    int8_t scores[KW_MAX_CLASSES];    // of the model, the first `classes`
    uint8_t smoothed[KW_MAX_CLASSES]; // of the detector, the first `classes`
    uint8_t classes;                  // 0 if the model didn't run at this hop
    int8_t detected;                  // a class, or KW_NONE
    uint8_t closed;                   // 1: no features either, see gated.h; else 0
    uint8_t unused;
} kw_hop;

// Starts listening.
// Needs: an interpreter with a model loaded, which the spotter uses as long as it listens; others
// may run the model between two calls if it keeps no state.
// Returns KW_OK; KW_BAD_SETTINGS, also if a model of fewer than KW_FRAMES frames is to run at other
// hops than every so many; or KW_BAD_MODEL: it must have one input of 1 to KW_FRAMES frames of
// KW_BINS bytes (int8 codes as the front end's) and one output of 3 to KW_MAX_CLASSES bytes.
int32_t kw_start(kw_spotter *spotter, tm_interpreter *interpreter, const kw_settings *settings);

// Takes samples, 16 kHz, until they are used up or a hop is complete. Then `ready` is true, and
// `hop` was written; when the model's turn comes, that takes as long as the model.
// Returns how many samples were taken: at least one if there is one.
uint32_t kw_push(kw_spotter *spotter, const int16_t *samples, uint32_t count, kw_hop *hop,
                 bool *ready);

#ifdef __cplusplus
}
#endif

#endif
