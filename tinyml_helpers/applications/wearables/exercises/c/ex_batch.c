// ex_batch.c: what Python calls on this computer: many samples at once. Not for boards.
#include "coach.h"
#include "tm_memory.h"

size_t ex_coach_bytes(void);
uint32_t ex_push_all(ex_coach *coach, const int16_t *samples, uint32_t count, ex_hop *hops);
int32_t ex_motion_all(const ex_sensor *sensor, const int16_t *samples, uint32_t count,
                      ex_motion *motions);
int32_t ex_input_all(const ex_sensor *sensor, const int16_t *samples, uint32_t count,
                     int8_t *codes);
void ex_score_all(tm_interpreter *interpreter, const int8_t *codes, uint32_t count,
                  int8_t *scores);
int32_t ex_name_all(uint32_t average, uint32_t threshold, const int8_t *scores,
                    const uint16_t *counts, uint32_t count, ex_named *named);

size_t ex_coach_bytes(void)
{
    return sizeof(ex_coach);
}

// Pushes all samples. Returns how many hops they completed; hops has room for them.
uint32_t ex_push_all(ex_coach *coach, const int16_t *samples, uint32_t count, ex_hop *hops)
{
    uint32_t made = 0;
    while (count > 0) {
        bool ready = false;
        ex_hop hop;
        uint32_t taken = ex_coach_push(coach, samples, count, &hop, &ready);
        samples += (size_t)taken * EX_AXES;
        count -= taken;
        if (ready)
            hops[made++] = hop;
    }
    return made;
}

// What the wrist does. samples: [count, EX_AXES]; motions: [count].
// Returns what ex_wrist_start does.
int32_t ex_motion_all(const ex_sensor *sensor, const int16_t *samples, uint32_t count,
                      ex_motion *motions)
{
    ex_wrist wrist;
    int32_t status = ex_wrist_start(&wrist, sensor);
    for (uint32_t i = 0; status == EX_OK && i < count; i++)
        ex_wrist_add(&wrist, samples + (size_t)i * EX_AXES, &motions[i]);
    return status;
}

// What the model is shown. samples, codes: [count, EX_AXES].
// Returns what ex_wrist_start does.
int32_t ex_input_all(const ex_sensor *sensor, const int16_t *samples, uint32_t count,
                     int8_t *codes)
{
    ex_wrist wrist;
    ex_motion motion;
    int32_t status = ex_wrist_start(&wrist, sensor);
    for (uint32_t i = 0; status == EX_OK && i < count; i++) {
        ex_wrist_add(&wrist, samples + (size_t)i * EX_AXES, &motion);
        ex_codes(&motion, codes + (size_t)i * EX_AXES);
    }
    return status;
}

// The model's scores at each hop from the first full window on. codes: [count, EX_AXES]; scores:
// [EX_CLASSES] for each window of EX_WINDOW in them, EX_HOP apart.
void ex_score_all(tm_interpreter *interpreter, const int8_t *codes, uint32_t count,
                  int8_t *scores)
{
    for (uint32_t end = EX_WINDOW; end <= count; end += EX_HOP) {
        memcpy(tm_input_data(interpreter, 0), codes, EX_WINDOW * EX_AXES);
        tm_invoke(interpreter);
        memcpy(scores, tm_output_data(interpreter, 0), EX_CLASSES);
        codes += EX_HOP * EX_AXES;
        scores += EX_CLASSES;
    }
}

// What is named of scores and counts, hop by hop. scores: [count - EX_REACH, EX_CLASSES], there are
// none at the first EX_REACH hops; counts, named: [count]. Returns what ex_series_start does.
int32_t ex_name_all(uint32_t average, uint32_t threshold, const int8_t *scores,
                    const uint16_t *counts, uint32_t count, ex_named *named)
{
    ex_series series;
    int32_t status = ex_series_start(&series, (uint8_t)average, (uint8_t)threshold);
    for (uint32_t i = 0; status == EX_OK && i < count; i++) {
        const int8_t *now = i < EX_REACH ? NULL : scores + (size_t)(i - EX_REACH) * EX_CLASSES;
        ex_series_hop(&series, now, counts[i], &named[i]);
    }
    return status;
}
