// listen_stream.h: what the programs that listen share: listen.c, and listen_gated.c with a gate.
// Each includes it once, behind what is its own:
//
//     audio_ring                         int16, where samples wait
//     settings                           what LISTEN brings
//     begin(interpreter)                 starts afresh with them; returns as kw_start
//     take(samples, count, hop, ready)   as kw_push
#ifndef KW_LISTEN_STREAM_H
#define KW_LISTEN_STREAM_H

#include "stream_program.h"

static kw_hop hop;

static const char *start(tm_interpreter *interpreter)
{
    int32_t status = begin(interpreter);
    if (status == KW_BAD_MODEL)
        return "can't use this model";
    if (status == KW_BAD_SETTINGS)
        return "has settings that are out of range";
    return NULL;
}

static uint32_t push(const int16_t *samples, uint32_t count, bool *ready)
{
    return take(samples, count, &hop, ready);
}

#ifdef TM_LIVE
enum { KEPT = 64 }; // hops: more than a second
static uint8_t kept[KEPT][4 + sizeof hop];

static bool happened(void)
{
    return hop.detected != KW_NONE;
}
#endif

static const stream sound = {
    .start_message = LISTEN,
    .samples_message = HEAR,
    .channels = 1,
    .ring = audio_ring,
    .ring_samples = sizeof audio_ring / sizeof audio_ring[0],
    .message_samples = FE_HOP,
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
STREAM_LIVE(listen_live, sound)
#endif

protocol_space listen_space(const protocol_message *message, uint32_t place)
{
    return stream_space(&sound, message, place);
}

#endif
