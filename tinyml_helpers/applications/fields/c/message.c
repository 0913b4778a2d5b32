#include "message.h"

enum { GUESSED = 0x80, CRC_BYTES = 2, CRC_START = 0xffff };

static uint16_t crc(uint16_t start, const uint8_t *bytes, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        start ^= (uint16_t)(bytes[i] << 8);
        for (uint32_t bit = 0; bit < 8; bit++)
            start = (uint16_t)((start << 1) ^ (start & 0x8000 ? 0x1021 : 0));
    }
    return start;
}

static uint32_t put(uint8_t *bytes, uint16_t number)
{
    bytes[0] = (uint8_t)number;
    bytes[1] = (uint8_t)(number >> 8);
    return 2;
}

static uint16_t number_at(const uint8_t *bytes)
{
    return (uint16_t)(bytes[0] | bytes[1] << 8);
}

static int16_t level_at(const uint8_t *bytes)
{
    int32_t number = number_at(bytes);
    return (int16_t)(number > INT16_MAX ? number - 0x10000 : number);
}

uint16_t so_key(uint16_t common, uint32_t hours)
{
    uint8_t bytes[4];
    put(bytes, (uint16_t)hours);
    put(bytes + 2, (uint16_t)(hours >> 16));
    return crc(common, bytes, sizeof bytes);
}

uint16_t so_common(uint16_t delta, uint16_t heartbeat, const tm_interpreter *interpreter)
{
    uint8_t bytes[4];
    put(bytes, delta);
    put(bytes + 2, heartbeat);
    return crc(crc(CRC_START, bytes, sizeof bytes), interpreter->model, interpreter->model_bytes);
}

uint32_t so_frame_write(const so_frame *frame, uint16_t key, uint8_t bytes[SO_FRAME_BYTES])
{
    uint32_t count = 0;
    bytes[count++] = (uint8_t)(frame->kind | (frame->measured ? 0 : GUESSED));
    bytes[count++] = frame->sequence;
    count += put(bytes + count, (uint16_t)frame->history.level);
    bytes[count++] = frame->alarms;
    bytes[count++] = frame->battery;
    if (frame->kind == SO_SYNC) {
        bytes[count++] = frame->late;
        for (uint32_t i = 0; i < SO_LAGS; i++)
            count += put(bytes + count, (uint16_t)frame->history.before[i]);
        count += put(bytes + count, (uint16_t)frame->history.lowest);
        count += put(bytes + count, (uint16_t)frame->history.highest);
    }
    return count + put(bytes + count, crc(key, bytes, count));
}

static bool sound(const uint8_t *bytes, uint32_t count, uint16_t key)
{
    return crc(key, bytes, count - CRC_BYTES) == number_at(bytes + count - CRC_BYTES);
}

bool so_frame_read(const uint8_t *bytes, uint32_t count, uint16_t key, so_frame *frame)
{
    if (count != SO_LEVEL_BYTES && count != SO_SYNC_BYTES)
        return false;
    so_kind kind = count == SO_SYNC_BYTES ? SO_SYNC : SO_LEVEL;
    if ((bytes[0] & ~GUESSED) != (int)kind || !sound(bytes, count, key))
        return false;
    memset(frame, 0, sizeof *frame);
    frame->kind = kind;
    frame->measured = (bytes[0] & GUESSED) == 0;
    frame->sequence = bytes[1];
    frame->history.level = level_at(bytes + 2);
    frame->alarms = bytes[4];
    frame->battery = bytes[5];
    if (kind == SO_SYNC) {
        frame->late = bytes[6];
        for (uint32_t i = 0; i < SO_LAGS; i++)
            frame->history.before[i] = level_at(bytes + 7 + 2 * i);
        frame->history.lowest = level_at(bytes + 23);
        frame->history.highest = level_at(bytes + 25);
    }
    return true;
}

void so_answer_write(uint8_t sequence, const uint16_t ahead[SO_AHEAD], uint16_t key,
                     uint8_t bytes[SO_ANSWER_BYTES])
{
    bytes[0] = SO_ANSWER;
    bytes[1] = sequence;
    for (uint32_t i = 0; i < SO_AHEAD; i++)
        put(bytes + 2 + 2 * i, ahead[i]);
    put(bytes + 8, crc(key, bytes, SO_ANSWER_BYTES - CRC_BYTES));
}

bool so_answer_read(const uint8_t *bytes, uint32_t count, uint16_t key, uint8_t *sequence,
                    uint16_t ahead[SO_AHEAD])
{
    if (count != SO_ANSWER_BYTES || bytes[0] != SO_ANSWER || !sound(bytes, count, key))
        return false;
    *sequence = bytes[1];
    for (uint32_t i = 0; i < SO_AHEAD; i++)
        ahead[i] = number_at(bytes + 2 + 2 * i);
    return true;
}
