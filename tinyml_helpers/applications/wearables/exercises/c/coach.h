// coach.h: which exercise, and how many repetitions, from a wrist's samples, in memory the caller
// owns.
//
//     static ex_coach coach;                              // the model is loaded already
//     if (ex_coach_start(&coach, &interpreter, &settings) != EX_OK)
//         ...the model or the settings won't do...
//     while (count > 0) {                                 // samples, as many as there are
//         uint32_t taken = ex_coach_push(&coach, samples, count, &hop, &ready);
//         samples += taken * EX_AXES, count -= taken;
//         if (ready && hop.exercise != EX_NONE)
//             ...show hop.exercise and hop.repetitions...
//     }
//
// Each sample goes two ways: as codes to the model, which sees the last two seconds every half
// second, and to the counter. Integers only: on every chip and computer the same bytes come out.
#ifndef EX_COACH_H
#define EX_COACH_H

#include "micro.h"
#include "repetitions.h"
#include "series.h"
#include "stream_window.h"
#include "wrist.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct {
    ex_sensor sensor;
    uint8_t average;   // inferences whose scores are averaged, 1 to EX_MAX_AVERAGE
    uint8_t threshold; // the average, 0 to 255, that names an exercise
    uint16_t unused;
} ex_settings;

// Owned by the caller; private.
typedef struct {
    tm_interpreter *interpreter;
    ex_wrist wrist;
    ex_repetitions repetitions;
    ex_series series;
    int8_t frames[EX_WINDOW][EX_AXES]; // a ring: what the model is shown
    stream_window window;
    uint32_t waiting; // samples since the last hop
    uint32_t hops;    // complete so far
} ex_coach;

// What became of half a second. It is sent from boards as it is: the same bytes everywhere.
typedef struct {
    uint32_t number;
    int8_t scores[EX_CLASSES];    // the model's; all -128 while its window fills, for four hops
    uint8_t smoothed[EX_CLASSES]; // their averages, 0 to 255
    int16_t gravity[3];           // 1/4096 g, in the wrist's frame
    uint8_t exercise;             // named now; EX_NONE if there is none
    uint8_t unused;
    uint16_t repetitions;         // of the exercise named last, so far
    uint16_t period;              // samples that the last repetition took; 0 if that isn't known
} ex_hop;

// Starts afresh.
// Needs: an interpreter with a model loaded, which the coach uses as long as it runs; others may
// run the model between two calls.
// Returns EX_OK, EX_BAD_SETTINGS, or EX_BAD_MODEL: it must have one input of EX_WINDOW * EX_AXES
// bytes (int8 codes of scale 1/32) and one output of EX_CLASSES bytes.
int32_t ex_coach_start(ex_coach *coach, tm_interpreter *interpreter, const ex_settings *settings);

// Takes samples until they are used up or a hop is complete. Then `ready` is true, and `hop` was
// written.
// samples: [count][EX_AXES], as ex_wrist_add takes them.
// Returns how many were taken: at least one if there is one.
uint32_t ex_coach_push(ex_coach *coach, const int16_t *samples, uint32_t count, ex_hop *hop,
                       bool *ready);

#ifdef __cplusplus
}
#endif

#endif
