#include "listen.h"

#include "gated.h"

static int16_t audio_ring[10 * FE_HOP]; // 200 ms
static int16_t lookback[KW_LOOKBACK_SAMPLES];
static kw_gated spotter;
static kw_gated_settings settings;

static int32_t begin(tm_interpreter *interpreter)
{
    return kw_gated_start(&spotter, lookback, interpreter, &settings);
}

static uint32_t take(const int16_t *samples, uint32_t count, kw_hop *hop, bool *ready)
{
    return kw_gated_push(&spotter, samples, count, hop, ready);
}

#include "listen_stream.h"

// A LISTEN with the spotter's settings alone asks for no gate.
const char *listen_answer(const protocol_message *message, tm_interpreter *interpreter)
{
    protocol_message whole = *message;
    if (whole.type == LISTEN && whole.length == sizeof settings.spotter) {
        settings.gate.ratio = 0;
        whole.length = sizeof settings;
    }
    return stream_answer(&sound, &whole, interpreter);
}
