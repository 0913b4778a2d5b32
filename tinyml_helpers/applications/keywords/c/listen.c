#include "listen.h"

#include "spotter.h"
#include "stream_program.h"

static int16_t audio_ring[10 * FE_HOP]; // 200 ms
static kw_spotter spotter;
static kw_settings settings;
static kw_hop hop;

static const char *start(tm_interpreter *interpreter)
{
    int32_t status = kw_start(&spotter, interpreter, &settings);
    if (status == KW_BAD_MODEL)
        return "can't use this model";
    if (status == KW_BAD_SETTINGS)
        return "has settings that are out of range";
    return NULL;
}

static uint32_t push(const int16_t *samples, uint32_t count, bool *ready)
{
    return kw_push(&spotter, samples, count, &hop, ready);
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

const char *listen_answer(const protocol_message *message, tm_interpreter *interpreter)
{
    return stream_answer(&sound, message, interpreter);
}
