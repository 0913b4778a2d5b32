// detector.h: from a model's scores to keywords.
//
// The model scores the last second of sound several times a second, so it meets every word more
// than once, and now and then is sure of a word for a moment where there was none. Three rules
// make of its scores what somebody can use:
//
//     average      the last few scores of each class are averaged
//     threshold    the keyword with the highest average is reported if that reaches the threshold
//     refractory   after a report there is none for a while: the word is still being heard
//
// Averaging is the posterior smoothing of Chen, Parada, Heigold, "Small-footprint keyword spotting
// using deep neural networks", ICASSP 2014, section 2.3; all three are also in TensorFlow's
// micro_speech example.
#ifndef KW_DETECTOR_H
#define KW_DETECTOR_H

#include <stdbool.h>
#include <stdint.h>

enum {
    KW_MAX_CLASSES = 16,
    KW_MAX_AVERAGE = 16,
    KW_FIRST_KEYWORD = 2, // the classes before it are silence and unknown words: never reported
};

// What a call returns instead of a class or KW_OK.
enum { KW_OK = 0, KW_NONE = -1, KW_BAD_SETTINGS = -2, KW_BAD_MODEL = -3 };

typedef struct {
    uint16_t hops_per_inference; // the model runs once every so many hops; at least 1
    uint16_t average;            // scores averaged, 1 to KW_MAX_AVERAGE
    uint16_t threshold;          // of the average, 0 to 255 (an average of 256 would be certainty)
    uint16_t refractory_hops;    // from a report to the next one at least
} kw_settings;

// Owned by the caller; private.
typedef struct {
    kw_settings settings;
    uint32_t classes;
    uint8_t history[KW_MAX_AVERAGE][KW_MAX_CLASSES]; // the last scores, 0 to 255
    uint32_t oldest;                                 // row of the history, the next to go
    uint32_t reported_at;                            // hop of the last report
    bool has_reported;
} kw_detector;

// Starts afresh, as if all scores so far had been 0.
// Returns KW_OK, KW_BAD_SETTINGS or KW_BAD_MODEL (fewer than 3 classes, or too many).
int32_t kw_detector_start(kw_detector *detector, const kw_settings *settings, uint32_t classes);

// Takes the scores of one inference.
// scores: [classes] int8, the model's softmax: -128 is 0, and a step 1/256.
// hop: when they came; later than the last ones.
// smoothed: [classes], the averages are written there, rounded down.
// Returns the class that is reported, or KW_NONE.
int32_t kw_detect(kw_detector *detector, const int8_t *scores, uint32_t hop, uint8_t *smoothed);

#endif
