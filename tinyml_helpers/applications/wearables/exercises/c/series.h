// series.h: which exercise is named, and which repetitions are its.
//
//     static ex_series series;
//     ex_series_start(&series, 3, 128);
//     ex_series_hop(&series, scores, ex_repetitions_count(&repetitions), &named); // each hop
//
// An exercise is named while the average of the model's last scores says so. That is late: the
// model sees two seconds, and the average reaches back further. The counter knows of no exercise
// and counts all the time; so what it had counted at each hop is kept for as long as the average
// reaches back. When an exercise is named, its series began there, and all that was counted since
// is its own. Where another one was named until then, some of that was the other's: the change is
// taken for the middle.
//
// A wrong name in between doesn't end a series: some exercises are easily taken for each other.
// Each goes on where it was if it is named again after at most EX_REST hops of nothing, or twice as
// many of other exercises, and what was counted meanwhile is its own, too. After more than that it
// begins anew: two series of one exercise are counted apart if more than four seconds of rest lie
// between.
#ifndef EX_SERIES_H
#define EX_SERIES_H

#include "wrist.h"

enum {
    EX_CLASSES = 8, // seven exercises, and none of these
    EX_NONE = EX_CLASSES - 1,
    EX_WINDOW = 100, // samples that the model sees
    EX_HOP = 25,     // samples from one inference to the next
    EX_MAX_AVERAGE = 16,
    EX_REST = 8, // hops
    // Hops that an average reaches back, besides one for each of its inferences.
    EX_REACH = EX_WINDOW / EX_HOP - 1,
};

// Owned by the caller; private.
typedef struct {
    uint8_t average, threshold;
    uint8_t scored, oldest_scores;              // inferences in `scores`; the place of the next
    uint8_t scores[EX_MAX_AVERAGE][EX_CLASSES]; // the last ones, 0 to 255
    uint8_t oldest_count;
    uint16_t counts[EX_MAX_AVERAGE + EX_REACH]; // at the last `average` + EX_REACH hops
    uint8_t exercise;                           // named at the last hop, or EX_NONE
    uint16_t before[EX_NONE]; // of each exercise: what had been counted when its series began
    uint8_t patience[EX_NONE]; // 0: when it is named again, another series of it begins
    uint16_t repetitions;
} ex_series;

typedef struct {
    uint8_t smoothed[EX_CLASSES]; // averages, rounded down, 0 to 255
    uint8_t exercise;             // named now; EX_NONE if there is none
    uint8_t unused;
    uint16_t repetitions;         // of the exercise named last, so far
} ex_named;

// Starts afresh.
// average: inferences whose scores are averaged, 1 to EX_MAX_AVERAGE.
// threshold: the average, 0 to 255, that names an exercise.
// Returns EX_OK or EX_BAD_SETTINGS.
int32_t ex_series_start(ex_series *series, uint8_t average, uint8_t threshold);

// Takes a hop.
// scores: the model's softmax: -128 is 0, and a step 1/256. NULL if it didn't run.
// count: all repetitions since the start.
void ex_series_hop(ex_series *series, const int8_t *scores, uint16_t count, ex_named *named);

#endif
