#include "coach.h"

#include "tm_memory.h"

int32_t ex_coach_start(ex_coach *coach, tm_interpreter *interpreter, const ex_settings *settings)
{
    memset(coach, 0, sizeof *coach);
    if (tm_input_bytes(interpreter, 0) != EX_WINDOW * EX_AXES ||
        tm_output_bytes(interpreter, 0) != EX_CLASSES || interpreter->input_count != 1 ||
        interpreter->output_count != 1)
        return EX_BAD_MODEL;
    if (ex_wrist_start(&coach->wrist, &settings->sensor) != EX_OK)
        return EX_BAD_SETTINGS;
    coach->interpreter = interpreter;
    coach->window.until_inference = EX_WINDOW;
    ex_repetitions_start(&coach->repetitions);
    return ex_series_start(&coach->series, settings->average, settings->threshold);
}

// Completes a hop. scores: the model's, or NULL if it didn't run.
static void complete(ex_coach *coach, const int8_t *scores, const ex_motion *motion, ex_hop *hop)
{
    ex_named named;
    ex_series_hop(&coach->series, scores, ex_repetitions_count(&coach->repetitions), &named);
    memset(hop, 0, sizeof *hop);
    hop->number = coach->hops++;
    for (uint32_t c = 0; c < EX_CLASSES; c++)
        hop->scores[c] = scores == NULL ? INT8_MIN : scores[c];
    memcpy(hop->smoothed, named.smoothed, sizeof hop->smoothed);
    memcpy(hop->gravity, motion->gravity, sizeof hop->gravity);
    hop->exercise = named.exercise;
    hop->repetitions = named.repetitions;
    hop->period = ex_repetitions_period(&coach->repetitions);
}

uint32_t ex_coach_push(ex_coach *coach, const int16_t *samples, uint32_t count, ex_hop *hop,
                       bool *ready)
{
    *ready = false;
    for (uint32_t taken = 0; taken < count; taken++) {
        ex_motion motion;
        ex_wrist_add(&coach->wrist, samples + (size_t)taken * EX_AXES, &motion);
        ex_repetitions_add(&coach->repetitions, &motion);
        ex_codes(&motion, coach->frames[coach->window.oldest]);
        const int8_t *scores = NULL;
        if (stream_window_add(&coach->window, EX_WINDOW)) {
            stream_window_infer(&coach->window, coach->frames[0], EX_WINDOW, EX_AXES,
                                coach->interpreter);
            scores = tm_output_data(coach->interpreter, 0);
            coach->window.until_inference = EX_HOP;
        }
        // The window is some hops long, so that the model runs only where one ends.
        if (++coach->waiting == EX_HOP) {
            coach->waiting = 0;
            complete(coach, scores, &motion, hop);
            *ready = true;
            return taken + 1;
        }
    }
    return count;
}
