// stream_live.h: a stream in a live program (live.h), a part of stream_program.h. It starts when power
// comes, and keeps its last events for the computer to fetch, with the same messages:
//
//     start_message    settings, to start anew with     nothing: it starts afresh
//     samples_message  the number (4) of the event      number (4) of the event that follows, or
//                      that it wants                    will be the next; values that were lost
//                                                       so far (4); if one waits, ticks the hop
//                                                       took (4), and the application's event
//
// There events have numbers from power on, whoever starts anew. The one that is wanted may have been
// overwritten, or never have been, if the board was switched off: then the oldest that is left
// follows.
#ifndef STREAM_LIVE_H
#define STREAM_LIVE_H

#include "sensor.h"
#include "tm_memory.h"

static uint32_t stream_made, stream_kept; // events since power came; those that can be fetched

static const char *stream_live_start(const stream *s, tm_interpreter *interpreter)
{
    memcpy(s->settings, live_settings, s->settings_bytes);
    stream_ticks = 0;
    return s->start(interpreter);
}

static const char *stream_live_resume(const stream *s, tm_interpreter *interpreter)
{
    if (s->resume == NULL)
        return stream_live_start(s, interpreter);
    stream_ticks = 0;
    s->resume();
    return NULL;
}

static void stream_keep(const stream *s)
{
    uint32_t bytes = (uint32_t)sizeof stream_ticks + s->event_bytes;
    uint8_t *to = s->events + stream_made % s->kept * bytes;
    memcpy(to, &stream_ticks, sizeof stream_ticks);
    memcpy(to + sizeof stream_ticks, s->event, s->event_bytes);
    stream_made++;
    if (stream_kept < s->kept)
        stream_kept++;
}

static uint32_t stream_live_take(const stream *s, bool *happened)
{
    uint32_t count = sensor_read(s->ring, s->message_samples);
    uint32_t ticks = board_ticks();
    stream_first = 0;
    stream_waiting = count;
    stream_work(s);
    stream_ticks += board_ticks() - ticks;
    if (stream_has_event) {
        stream_keep(s);
        stream_ticks = 0;
        *happened = s->happened();
    }
    return count;
}

static const char *stream_take(const stream *s, const protocol_message *message)
{
    if (message->length != sizeof stream_number)
        return "takes its samples from its own sensor";
    if (live_problem() != NULL)
        return live_problem();
    uint32_t oldest = stream_made - stream_kept;
    if (stream_number - oldest > stream_kept)
        stream_number = oldest;
    uint32_t bytes = (uint32_t)sizeof stream_ticks + s->event_bytes;
    uint32_t head[2] = {stream_number, live_lost()};
    bool waits = stream_number != stream_made;
    protocol_answer((uint8_t)(s->samples_message | ANSWER), message->number,
                    (uint32_t)sizeof head + (waits ? bytes : 0));
    protocol_send(head, sizeof head);
    if (waits)
        protocol_send(s->events + stream_number % s->kept * bytes, bytes);
    protocol_end();
    return NULL;
}

// Settings that can't be used are refused, and it goes on with those it had.
static const char *stream_start_anew(const stream *s, tm_interpreter *interpreter)
{
    const char *refused = s->start(interpreter);
    if (refused == NULL)
        memcpy(live_settings, s->settings, s->settings_bytes);
    const char *problem = live_restart();
    stream_kept = 0;
    return refused != NULL ? refused : problem;
}

// Defines an application's tm_live, called `name`, for its `stream`.
#define STREAM_LIVE(name, stream)                                                                  \
    static const char *name##_start(tm_interpreter *interpreter)                                   \
    {                                                                                              \
        return stream_live_start(&stream, interpreter);                                            \
    }                                                                                              \
    static const char *name##_resume(tm_interpreter *interpreter)                                  \
    {                                                                                              \
        return stream_live_resume(&stream, interpreter);                                           \
    }                                                                                              \
    static uint32_t name##_take(bool *happened)                                                    \
    {                                                                                              \
        return stream_live_take(&stream, happened);                                                \
    }                                                                                              \
    const tm_live name = {name##_start, name##_resume, name##_take};

#endif
