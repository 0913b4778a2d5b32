#include "heart.h"

#include "monitor.h"
#include "stream_program.h"

static int16_t ecg_ring[128]; // 128 ms at 1,000 a second
static hb_monitor monitor;
static hb_settings settings;
static hb_beat beat;

static const char *start(tm_interpreter *interpreter)
{
    int32_t status = hb_start(&monitor, interpreter, &settings);
    if (status == HB_BAD_MODEL)
        return "can't use this model";
    if (status == HB_BAD_SETTINGS)
        return "has settings that are out of range";
    return NULL;
}

static uint32_t push(const int16_t *samples, uint32_t count, bool *ready)
{
    return hb_push(&monitor, samples, count, &beat, ready);
}

static const stream ecg = {
    .start_message = HEART,
    .samples_message = ECG,
    .channels = 1,
    .ring = ecg_ring,
    .ring_samples = sizeof ecg_ring / sizeof ecg_ring[0],
    .message_samples = HB_APART, // so that a message tells one beat at most
    .settings = &settings,
    .settings_bytes = sizeof settings,
    .event = &beat,
    .event_bytes = sizeof beat,
    .start = start,
    .push = push,
};

protocol_space heart_space(const protocol_message *message, uint32_t place)
{
    return stream_space(&ecg, message, place);
}

const char *heart_answer(const protocol_message *message, tm_interpreter *interpreter)
{
    return stream_answer(&ecg, message, interpreter);
}
