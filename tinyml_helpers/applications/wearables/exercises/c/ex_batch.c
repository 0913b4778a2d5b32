// ex_batch.c: what Python calls on this computer: many samples at once. Not for boards.
#include "tm_memory.h"
#include "wrist.h"

int32_t ex_motion_all(const ex_sensor *sensor, const int16_t *samples, uint32_t count,
                      ex_motion *motions);
int32_t ex_input_all(const ex_sensor *sensor, const int16_t *samples, uint32_t count,
                     int8_t *codes);

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
