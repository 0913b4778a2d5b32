#include "field.h"

#include "node.h"
#include "stream_program.h"

static int16_t sample_ring[SO_CHANNELS];
static so_node node;
static so_settings settings;
static so_hour hour;
static uint8_t heard[16]; // as it comes

static const char *start(tm_interpreter *interpreter)
{
    int32_t status = so_start(&node, interpreter, &settings);
    if (status == SO_BAD_MODEL)
        return "can't use this model";
    if (status == SO_BAD_SETTINGS)
        return "has settings that are out of range";
    return NULL;
}

// The ring holds one hour: whatever waits is a whole one.
static uint32_t push(const int16_t *samples, uint32_t count, bool *ready)
{
    (void)count;
    so_node_hour(&node, samples, &hour);
    *ready = true;
    return SO_CHANNELS;
}

static const stream field = {
    .start_message = FIELD,
    .samples_message = HOUR,
    .channels = SO_CHANNELS,
    .ring = sample_ring,
    .ring_samples = SO_CHANNELS,
    .message_samples = SO_CHANNELS,
    .settings = &settings,
    .settings_bytes = sizeof settings,
    .event = &hour,
    .event_bytes = sizeof hour,
    .start = start,
    .push = push,
};

protocol_space field_space(const protocol_message *message, uint32_t place)
{
    if (message->type != GATEWAY)
        return stream_space(&field, message, place);
    protocol_space space = {heard, place == 0 ? sizeof heard : 0};
    return space;
}

static const char *hear(const protocol_message *message)
{
    if (message->length > sizeof heard)
        return "takes another number of bytes";
    if (!stream_started)
        return "hasn't been told to start";
    so_heard(&node, heard, message->length);
    protocol_answer(GATEWAY | ANSWER, message->number, 0);
    protocol_end();
    return NULL;
}

const char *field_answer(const protocol_message *message, tm_interpreter *interpreter)
{
    return message->type == GATEWAY ? hear(message) : stream_answer(&field, message, interpreter);
}
