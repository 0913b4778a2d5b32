#include "listen.h"

#include "spotter.h"

static int16_t audio_ring[10 * FE_HOP]; // 200 ms
static kw_spotter spotter;
static kw_settings settings;

static int32_t begin(tm_interpreter *interpreter)
{
    return kw_start(&spotter, interpreter, &settings);
}

static uint32_t take(const int16_t *samples, uint32_t count, kw_hop *hop, bool *ready)
{
    return kw_push(&spotter, samples, count, hop, ready);
}

#include "listen_stream.h"

const char *listen_answer(const protocol_message *message, tm_interpreter *interpreter)
{
    return stream_answer(&sound, message, interpreter);
}
