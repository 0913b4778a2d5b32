#include "shake.h"

#include "stream_program.h"
#include "stream_window.h"

// A hop is 8 samples of 3 axes; its features are how much each axis moved. The model sees 4 hops.
enum { AXES = 3, HOP = 8, HOPS = 4 };

typedef struct {
    uint16_t hops_per_inference;
    int16_t threshold; // of the model's score
} shake_settings;

typedef struct {
    uint32_t number;
    int8_t features[AXES];
    int8_t score;
    uint8_t ran, shaken, unused[2];
} shake_event;

static int16_t shake_ring[2 * HOP * AXES];
static shake_settings settings;
static shake_event event;

static struct {
    tm_interpreter *interpreter;
    int32_t moved[AXES];
    uint32_t samples, hops;
    int8_t frames[HOPS][AXES];
    stream_window window;
} shaker;

static const char *start(tm_interpreter *interpreter)
{
    memset(&shaker, 0, sizeof shaker);
    if (tm_input_bytes(interpreter, 0) != HOPS * AXES || tm_output_bytes(interpreter, 0) != 1)
        return "can't use this model";
    if (settings.hops_per_inference == 0)
        return "has settings that are out of range";
    shaker.interpreter = interpreter;
    shaker.window.until_inference = HOPS;
    return NULL;
}

static void complete(void)
{
    int8_t *frame = shaker.frames[shaker.window.oldest];
    memset(&event, 0, sizeof event);
    event.number = shaker.hops++;
    for (uint32_t axis = 0; axis < AXES; axis++) {
        int32_t mean = shaker.moved[axis] / (HOP * 256);
        frame[axis] = event.features[axis] = (int8_t)(mean > 127 ? 127 : mean);
        shaker.moved[axis] = 0;
    }
    shaker.samples = 0;
    if (!stream_window_add(&shaker.window, HOPS))
        return;
    shaker.window.until_inference = settings.hops_per_inference;
    stream_window_infer(&shaker.window, shaker.frames[0], HOPS, AXES, shaker.interpreter);
    event.ran = 1;
    event.score = *(int8_t *)tm_output_data(shaker.interpreter, 0);
    event.shaken = event.score >= settings.threshold;
}

static uint32_t push(const int16_t *samples, uint32_t count, bool *ready)
{
    uint32_t taken = 0;
    *ready = false;
    while (taken < count && !*ready) {
        for (uint32_t axis = 0; axis < AXES; axis++, taken++)
            shaker.moved[axis] += samples[taken] < 0 ? -samples[taken] : samples[taken];
        *ready = ++shaker.samples == HOP;
    }
    if (*ready)
        complete();
    return taken;
}

static const stream motion = {
    .start_message = SHAKE_START,
    .samples_message = SHAKE_SAMPLES,
    .channels = AXES,
    .ring = shake_ring,
    .ring_samples = sizeof shake_ring / sizeof shake_ring[0],
    .message_samples = HOP * AXES,
    .settings = &settings,
    .settings_bytes = sizeof settings,
    .event = &event,
    .event_bytes = sizeof event,
    .start = start,
    .push = push,
};

protocol_space shake_space(const protocol_message *message, uint32_t place)
{
    return stream_space(&motion, message, place);
}

const char *shake_answer(const protocol_message *message, tm_interpreter *interpreter)
{
    return stream_answer(&motion, message, interpreter);
}
