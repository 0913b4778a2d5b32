#include "workout.h"

#include "coach.h"
#include "stream_program.h"

static int16_t motion_ring[2 * EX_HOP * EX_AXES]; // a second
static ex_coach coach;
static ex_settings settings;
static ex_hop hop;

static const char *start(tm_interpreter *interpreter)
{
    int32_t status = ex_coach_start(&coach, interpreter, &settings);
    if (status == EX_BAD_MODEL)
        return "can't use this model";
    if (status == EX_BAD_SETTINGS)
        return "has settings that are out of range";
    return NULL;
}

// The ring counts numbers, the coach samples: six numbers each.
static uint32_t push(const int16_t *samples, uint32_t count, bool *ready)
{
    return EX_AXES * ex_coach_push(&coach, samples, count / EX_AXES, &hop, ready);
}

#ifdef TM_LIVE
enum { KEPT = 64 }; // hops: half a minute
static uint8_t kept[KEPT][4 + sizeof hop];

// Whether an exercise is named that wasn't before, or counted on.
static bool happened(void)
{
    static uint8_t exercise = EX_NONE;
    static uint16_t repetitions;
    bool more = hop.exercise != EX_NONE &&
                (hop.exercise != exercise || hop.repetitions > repetitions);
    exercise = hop.exercise;
    repetitions = hop.repetitions;
    return more;
}
#endif

static const stream motion = {
    .start_message = EXERCISE,
    .samples_message = MOTION,
    .channels = EX_AXES,
    .ring = motion_ring,
    .ring_samples = sizeof motion_ring / sizeof motion_ring[0],
    .message_samples = EX_HOP * EX_AXES,
    .settings = &settings,
    .settings_bytes = sizeof settings,
    .event = &hop,
    .event_bytes = sizeof hop,
    .start = start,
    .push = push,
#ifdef TM_LIVE
    .events = kept[0],
    .kept = KEPT,
    .happened = happened,
#endif
};

#ifdef TM_LIVE
STREAM_LIVE(workout_live, motion)
#endif

protocol_space workout_space(const protocol_message *message, uint32_t place)
{
    return stream_space(&motion, message, place);
}

const char *workout_answer(const protocol_message *message, tm_interpreter *interpreter)
{
    return stream_answer(&motion, message, interpreter);
}
