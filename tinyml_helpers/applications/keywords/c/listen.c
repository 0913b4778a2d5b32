#include "listen.h"

#include "board.h"
#include "spotter.h"

// A hop goes to the spotter when it is complete. While the model runs nobody fetches hops, so
// there is room for as many as come meanwhile: 200 ms. With a microphone its interrupt would write
// here; in this program the computer's messages do.
enum { MESSAGE_SAMPLES = FE_HOP, RING_SAMPLES = 10 * FE_HOP };

static int16_t audio_ring[RING_SAMPLES];
static uint32_t first, waiting; // place of the first sample in the ring; how many there are

static kw_spotter spotter;
static bool listening;
static uint32_t next_number; // of the next HEAR

// Payloads that are being received.
static kw_settings settings;
static uint32_t hear_number;

// What came of the last HEAR: kept, to answer it again.
static uint32_t ticks;
static bool has_hop;
static kw_hop hop;

protocol_space listen_space(const protocol_message *message, uint32_t place)
{
    protocol_space space = {NULL, 0};
    if (message->type == LISTEN && place == 0) {
        space.to = (uint8_t *)&settings;
        space.bytes = sizeof settings;
    } else if (message->type == HEAR && place == 0) {
        space.to = (uint8_t *)&hear_number;
        space.bytes = sizeof hear_number;
    } else if (message->type == HEAR && place <= 2) {
        // Behind what waits; from the ring's end on at its start. Only a sound message will count.
        uint32_t end = (first + waiting) % RING_SAMPLES;
        uint32_t at_end = RING_SAMPLES - end;
        bool wraps = at_end < MESSAGE_SAMPLES;
        space.to = (uint8_t *)(place == 1 ? audio_ring + end : audio_ring);
        space.bytes = (uint32_t)sizeof audio_ring[0] *
                      (place == 1 ? (wraps ? at_end : MESSAGE_SAMPLES)
                                  : (wraps ? MESSAGE_SAMPLES - at_end : 0));
    }
    return space;
}

// Has the spotter take all that waits in the ring: at most one hop is completed. Never inlined, so
// that there is a place to measure at.
__attribute__((noinline)) static void listen_spot(void)
{
    has_hop = false;
    while (waiting > 0) {
        uint32_t at_end = RING_SAMPLES - first;
        bool ready;
        uint32_t taken = kw_push(&spotter, audio_ring + first,
                                 waiting < at_end ? waiting : at_end, &hop, &ready);
        first = (first + taken) % RING_SAMPLES;
        waiting -= taken;
        has_hop = has_hop || ready;
    }
}

// Starts listening, with the settings that came.
static const char *start(const protocol_message *message, tm_interpreter *interpreter)
{
    if (message->length != sizeof settings)
        return "takes another number of bytes";
    int32_t status = kw_start(&spotter, interpreter, &settings);
    listening = status == KW_OK;
    next_number = 0;
    if (status == KW_BAD_MODEL)
        return "can't use this model";
    if (status == KW_BAD_SETTINGS)
        return "has settings that are out of range";
    protocol_answer(LISTEN | ANSWER, message->number, 0);
    protocol_end();
    return NULL;
}

// Takes samples. A HEAR that comes a second time, because its answer was lost, is only answered.
static const char *hear(const protocol_message *message)
{
    uint32_t bytes = message->length - (uint32_t)sizeof hear_number;
    if (message->length < sizeof hear_number || bytes > MESSAGE_SAMPLES * sizeof audio_ring[0] ||
        bytes % sizeof audio_ring[0] != 0)
        return "takes another number of bytes";
    if (!listening)
        return "hasn't been told to listen";
    if (hear_number == next_number) {
        next_number++;
        waiting = bytes / sizeof audio_ring[0];
        ticks = board_ticks();
        listen_spot();
        ticks = board_ticks() - ticks;
        board_ready();
    } else if (hear_number + 1 != next_number) {
        return "missed some of the sound";
    }
    uint32_t hop_bytes = has_hop ? sizeof hop : 0;
    protocol_answer(HEAR | ANSWER, message->number, (uint32_t)sizeof ticks + hop_bytes);
    protocol_send(&ticks, sizeof ticks);
    protocol_send(&hop, hop_bytes);
    protocol_end();
    return NULL;
}

const char *listen_answer(const protocol_message *message, tm_interpreter *interpreter)
{
    return message->type == LISTEN ? start(message, interpreter) : hear(message);
}
