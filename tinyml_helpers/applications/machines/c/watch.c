#include "watch.h"

#include "stream_program.h"
#include "watcher.h"

static int16_t vibration_ring[2048]; // 171 ms at 12 kHz
static mc_watcher watcher;
static mc_settings settings;
static mc_look look;
static uint32_t shaft_mhz; // as it comes

static const char *start(tm_interpreter *interpreter)
{
#ifdef TM_LIVE
    if (settings.rate != sensor_rate_hz)
        return "has settings of another rate than its sensor's";
#endif
    int32_t status = mc_start(&watcher, interpreter, &settings);
    if (status == MC_BAD_MODEL)
        return "can't use this model";
    if (status == MC_BAD_SETTINGS)
        return "has settings that are out of range";
    return NULL;
}

static uint32_t push(const int16_t *samples, uint32_t count, bool *ready)
{
    return mc_push(&watcher, samples, count, &look, ready);
}

#ifdef TM_LIVE
enum { KEPT = 64 }; // looks: a minute and a half
static uint8_t kept[KEPT][4 + sizeof look];

static bool happened(void)
{
    return look.alarms != 0;
}

// It doesn't learn again what is usual: by now the machine may not be healthy any more.
static void resume(void)
{
    mc_resume(&watcher);
}
#endif

static const stream vibration = {
    .start_message = WATCH,
    .samples_message = VIBRATION,
    .channels = 1,
    .ring = vibration_ring,
    .ring_samples = sizeof vibration_ring / sizeof vibration_ring[0],
    .message_samples = 512,
    .settings = &settings,
    .settings_bytes = sizeof settings,
    .event = &look,
    .event_bytes = sizeof look,
    .start = start,
    .push = push,
#ifdef TM_LIVE
    .events = kept[0],
    .kept = KEPT,
    .happened = happened,
    .resume = resume,
#endif
};

#ifdef TM_LIVE
STREAM_LIVE(watch_live, vibration)
#endif

protocol_space watch_space(const protocol_message *message, uint32_t place)
{
    if (message->type != SHAFT_SPEED)
        return stream_space(&vibration, message, place);
    protocol_space space = {(uint8_t *)&shaft_mhz, place == 0 ? sizeof shaft_mhz : 0};
    return space;
}

static const char *set_speed(const protocol_message *message)
{
    if (message->length != sizeof shaft_mhz)
        return "takes another number of bytes";
#ifdef TM_LIVE
    if (live_problem() != NULL)
        return live_problem();
#else
    if (!stream_started)
        return "hasn't been told to start";
#endif
    if (mc_set_speed(&watcher, shaft_mhz) != MC_OK)
        return "has a speed that is out of range";
    protocol_answer(SHAFT_SPEED | ANSWER, message->number, 0);
    protocol_end();
    return NULL;
}

const char *watch_answer(const protocol_message *message, tm_interpreter *interpreter)
{
    return message->type == SHAFT_SPEED ? set_speed(message)
                                        : stream_answer(&vibration, message, interpreter);
}
