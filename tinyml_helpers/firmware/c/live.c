#ifdef TM_LIVE
#include "live.h"

#include "board.h"
#include "program_application.h"
#include "sensor.h"

enum { SILENCE_PER_SECOND = 4 }; // a message that breaks off is waited for so long: 250 ms
enum { GIVEN_UP_SECONDS = 2 };   // of samples that nobody fetched, and nobody records any more

static tm_interpreter *interpreter; // NULL until the model is loaded
static const char *problem = "has no model that runs";
static bool started; // the application, whatever its sensor does
static uint32_t lost;
static uint32_t light; // values to come until it goes off

static bool recording;
static uint8_t wish; // of RECORD
static uint32_t asked, next; // numbers of RECORDED
static int16_t values[LIVE_VALUES];
static uint32_t value_count, values_lost; // of the last answer: kept, to give it again

static uint32_t a_second(void)
{
    return sensor_rate_hz * sensor_channels;
}

static const char *begin(const char *(*start)(tm_interpreter *))
{
    if (interpreter == NULL)
        return problem;
    recording = false;
    problem = start(interpreter);
    started = problem == NULL;
    if (started)
        problem = sensor_start();
    return problem;
}

const char *live_restart(void)
{
    return begin(program_application->live->start);
}

// Goes on behind a gap in the samples, if there was something before it.
static void resume(void)
{
    const tm_live *live = program_application->live;
    begin(started ? live->resume : live->start);
}

const char *live_problem(void)
{
    return problem;
}

uint32_t live_lost(void)
{
    return lost;
}

bool live_light(void)
{
    return light > 0;
}

void live_begin(tm_interpreter *loaded)
{
    interpreter = loaded;
    live_restart();
}

// Whether a message is on its way: its payload may be an input of the model, which must not run
// meanwhile. One that broke off is given up, and what still comes of it doesn't count.
static bool message_comes(void)
{
    static uint32_t seen, since;
    static bool stale;
    uint32_t pending = protocol_pending();
    if (pending != seen) {
        seen = pending;
        since = board_ticks();
        stale = false;
    }
    stale = stale || board_ticks() - since > board_tick_hz / SILENCE_PER_SECOND;
    if (pending > 0 && stale)
        protocol_give_up();
    return pending > 0 && !stale;
}

// Drops all that waits: what lies before a gap and what lies behind it can't be told apart.
static void resume_after_gap(void)
{
    lost += sensor_lost();
    for (uint32_t count; (count = sensor_read(values, LIVE_VALUES)) > 0;)
        lost += count;
    resume();
}

void live_poll(void)
{
    if (interpreter == NULL || message_comes())
        return;
    if (recording) {
        if (sensor_lost() <= GIVEN_UP_SECONDS * a_second())
            return;
        resume();
    }
    if (!started)
        return;
    if (sensor_lost() > 0) { // also one that fell silent: it may be back
        resume_after_gap();
        return;
    }
    if (problem != NULL)
        return;
    bool happened = false;
    uint32_t count = program_application->live->take(&happened);
    if (happened)
        light = a_second();
    else
        light -= count < light ? count : light;
}

bool live_has_message(uint8_t type)
{
    return type == RECORD || type == RECORDED;
}

protocol_space live_space(const protocol_message *message, uint32_t place)
{
    protocol_space space = {NULL, 0};
    if (place == 0 && message->type == RECORD) {
        space.to = &wish;
        space.bytes = sizeof wish;
    } else if (place == 0) {
        space.to = (uint8_t *)&asked;
        space.bytes = sizeof asked;
    }
    return space;
}

static const char *answer_record(const protocol_message *message)
{
    if (message->length != sizeof wish || wish > 1)
        return "takes 1 to start and 0 to stop";
    if (interpreter == NULL)
        return problem;
    if (wish == 1) {
        const char *silent = sensor_start();
        recording = silent == NULL;
        if (!recording)
            return silent;
        next = 0;
        light = 0;
    } else if (recording) {
        resume();
    }
    live_sensor sensor = {sensor_rate_hz, sensor_channels};
    uint32_t name = 0;
    while (sensor_name[name] != 0)
        name++;
    protocol_answer(RECORD | ANSWER, message->number, (uint32_t)sizeof sensor + name);
    protocol_send(&sensor, sizeof sensor);
    protocol_send(sensor_name, name);
    protocol_end();
    return NULL;
}

static const char *answer_recorded(const protocol_message *message)
{
    if (message->length != sizeof asked)
        return "takes another number of bytes";
    if (!recording)
        return "isn't recording";
    if (asked == next) {
        next++;
        value_count = sensor_read(values, LIVE_VALUES - LIVE_VALUES % sensor_channels);
        values_lost = sensor_lost();
    } else if (asked + 1 != next) {
        return "was asked by somebody else, too";
    }
    uint32_t bytes = value_count * (uint32_t)sizeof values[0];
    protocol_answer(RECORDED | ANSWER, message->number, (uint32_t)sizeof values_lost + bytes);
    protocol_send(&values_lost, sizeof values_lost);
    protocol_send(values, bytes);
    protocol_end();
    return NULL;
}

const char *live_answer(const protocol_message *message)
{
    return message->type == RECORD ? answer_record(message) : answer_recorded(message);
}
#endif
