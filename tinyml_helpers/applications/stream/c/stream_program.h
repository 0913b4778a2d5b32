// stream_program.h: a program that takes a sensor's samples for as long as it runs, and now and then
// says what they mean: samples in, features, a model every so often, a decision, an event out.
//
// What takes the samples is an application's own, described by a `stream`. Here is what all such
// programs share: the ring that samples wait in, the messages by which the computer plays the
// sensor, their numbers, and answering again when an answer was lost.
//
//     type             the computer sends               the firmware answers
//     start_message    the application's settings       nothing: it starts afresh
//     samples_message  its number (4), int16 samples    ticks it took (4), then the application's
//                                                       event if these samples completed a hop
//
// The samples of one moment, one of each channel, stand side by side. The first message of samples
// after a start has number 0, each other one 1 more than the one before; one that comes twice is
// answered twice, and its samples count once.
//
// A live program takes its samples from the board's own sensor: see stream_live.h.
//
// An application includes this in one C file of its own, and passes on what main.c asks. All is
// `static`, so that the compiler writes one program out of both, and a stream costs nothing that
// code written for one sensor alone wouldn't.
#ifndef STREAM_PROGRAM_H
#define STREAM_PROGRAM_H

#include "application.h"
#include "board.h"
#include <stdbool.h>

typedef struct {
    uint8_t start_message, samples_message; // types of messages
    uint32_t channels;
    // Where samples wait: int16 [ring_samples]. While the model runs nobody fetches samples, so
    // there is room for as many as come meanwhile. With a sensor its interrupt would write here; in
    // this program the computer's messages do.
    int16_t *ring;
    uint32_t ring_samples;    // of all channels together, a multiple of their number
    uint32_t message_samples; // the most that one message brings; at most those of a hop
    // Where the payload of a start goes, and what a completed hop gives.
    void *settings;
    uint32_t settings_bytes;
    const void *event;
    uint32_t event_bytes;
    // Starts afresh with the settings. Returns NULL, or what is wrong, a sentence without subject.
    const char *(*start)(tm_interpreter *interpreter);
    // Takes samples until they are used up or a hop is complete; then *ready is true, and the event
    // written. Returns how many it took: at least one of each channel.
    uint32_t (*push)(const int16_t *samples, uint32_t count, bool *ready);
#ifdef TM_LIVE
    // The last events: [kept], each with 4 bytes before it.
    uint8_t *events;
    uint32_t kept; // a power of two
    bool (*happened)(void); // whether the event tells something that people are to be shown
    void (*resume)(void);   // goes on behind a gap in the samples; NULL: it starts afresh there
#endif
} stream;

static uint32_t stream_first, stream_waiting; // place of the first sample in the ring; their number
static bool stream_started;
static uint32_t stream_next_number; // of the next message of samples
static uint32_t stream_number;      // of the one that is being received

// What came of the last samples: kept, to answer them again.
static uint32_t stream_ticks;
static bool stream_has_event;

static protocol_space stream_space(const stream *s, const protocol_message *message,
                                   uint32_t place)
{
    protocol_space space = {NULL, 0};
    if (message->type == s->start_message && place == 0) {
        space.to = s->settings;
        space.bytes = s->settings_bytes;
    } else if (message->type == s->samples_message && place == 0) {
        space.to = (uint8_t *)&stream_number;
        space.bytes = sizeof stream_number;
    } else if (message->type == s->samples_message && place <= 2) {
        // Behind what waits; from the ring's end on at its start. Only a sound message will count.
        uint32_t end = (stream_first + stream_waiting) % s->ring_samples;
        uint32_t at_end = s->ring_samples - end;
        uint32_t behind = at_end < s->message_samples ? at_end : s->message_samples;
        space.to = (uint8_t *)(place == 1 ? s->ring + end : s->ring);
        space.bytes =
            (uint32_t)sizeof *s->ring * (place == 1 ? behind : s->message_samples - behind);
    }
    return space;
}

// Has the application take all that waits in the ring: at most one hop is completed. Never inlined,
// so that there is a place to measure at.
__attribute__((noinline)) static void stream_work(const stream *s)
{
    stream_has_event = false;
    while (stream_waiting > 0) {
        uint32_t at_end = s->ring_samples - stream_first;
        bool ready;
        uint32_t taken = s->push(s->ring + stream_first,
                                 stream_waiting < at_end ? stream_waiting : at_end, &ready);
        stream_first = (stream_first + taken) % s->ring_samples;
        stream_waiting -= taken;
        stream_has_event = stream_has_event || ready;
    }
}

#ifdef TM_LIVE
#include "stream_live.h"
#endif

static const char *stream_start(const stream *s, const protocol_message *message,
                                tm_interpreter *interpreter)
{
    if (message->length != s->settings_bytes)
        return "takes another number of bytes";
#ifdef TM_LIVE
    const char *problem = stream_start_anew(s, interpreter);
#else
    const char *problem = s->start(interpreter);
#endif
    stream_started = problem == NULL;
    stream_next_number = 0;
    if (problem != NULL)
        return problem;
    protocol_answer((uint8_t)(s->start_message | ANSWER), message->number, 0);
    protocol_end();
    return NULL;
}

#ifndef TM_LIVE
static const char *stream_take(const stream *s, const protocol_message *message)
{
    uint32_t bytes = message->length - (uint32_t)sizeof stream_number;
    if (message->length < sizeof stream_number || bytes > s->message_samples * sizeof *s->ring ||
        bytes % (s->channels * sizeof *s->ring) != 0)
        return "takes another number of bytes";
    if (!stream_started)
        return "hasn't been told to start";
    if (stream_number == stream_next_number) {
        stream_next_number++;
        stream_waiting = bytes / sizeof *s->ring;
        stream_ticks = board_ticks();
        stream_work(s);
        stream_ticks = board_ticks() - stream_ticks;
        board_ready();
    } else if (stream_number + 1 != stream_next_number) {
        return "missed some of its samples";
    }
    uint32_t event_bytes = stream_has_event ? s->event_bytes : 0;
    protocol_answer((uint8_t)(s->samples_message | ANSWER), message->number,
                    (uint32_t)sizeof stream_ticks + event_bytes);
    protocol_send(&stream_ticks, sizeof stream_ticks);
    protocol_send(s->event, event_bytes);
    protocol_end();
    return NULL;
}
#endif

static const char *stream_answer(const stream *s, const protocol_message *message,
                                 tm_interpreter *interpreter)
{
    return message->type == s->start_message ? stream_start(s, message, interpreter)
                                             : stream_take(s, message);
}

#endif
