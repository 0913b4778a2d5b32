#include "protocol.h"

#include "board.h"
#include <stdbool.h>

enum { HEADER_BYTES = 6, FRAMING_BYTES = HEADER_BYTES + 4 };

#define WITH_ITS_CRC 0x2144DF1C // the CRC-32 of anything that its own CRC-32 follows

static uint32_t message_crc; // of the message that is being received or sent

#ifdef TM_LIVE
static uint32_t pending; // bytes of a message that is on its way
static bool given_up;

uint32_t protocol_pending(void)
{
    return pending;
}

void protocol_give_up(void)
{
    given_up = true;
}
#endif

uint32_t protocol_crc(uint32_t crc, const void *data, uint32_t bytes)
{
    const uint8_t *byte = data;
    crc = ~crc;
    for (uint32_t i = 0; i < bytes; i++) {
        crc ^= byte[i];
        for (int bit = 0; bit < 8; bit++)
            crc = crc >> 1 ^ (crc & 1 ? 0xEDB88320 : 0);
    }
    return ~crc;
}

// Returns the next byte of a message, or -1 at its END.
static int receive_byte(void)
{
    uint8_t byte = board_receive();
    bool escaped = byte == FRAME_ESCAPE;
    if (escaped)
        byte = board_receive();
    if (byte == FRAME_END)
        return -1;
    if (escaped && byte == FRAME_ESCAPED_END)
        byte = FRAME_END;
    else if (escaped && byte == FRAME_ESCAPED_ESCAPE)
        byte = FRAME_ESCAPE;
    message_crc = protocol_crc(message_crc, &byte, 1);
    return byte;
}

// Reads what comes up to the next END. Returns whether it is a sound message.
static bool receive_message(protocol_message *message, protocol_space (*space)(uint32_t place))
{
    protocol_space now = {0, 0};
    uint32_t place = 0;
    uint32_t count = 0;
    message_crc = 0;
#ifdef TM_LIVE
    given_up = false;
#endif
    for (int byte; (byte = receive_byte()) >= 0; count++) {
#ifdef TM_LIVE
        pending = count + 1;
#endif
        if (count == 0)
            message->type = (uint8_t)byte;
        else if (count == 1)
            message->number = (uint8_t)byte;
        else if (count < HEADER_BYTES) // the lowest byte first: each pushes the others down
            message->length = message->length >> 8 | (uint32_t)byte << 24;
        else if (count - HEADER_BYTES < message->length) {
            if (now.bytes == 0)
                now = space(place++);
            if (now.bytes > 0) {
                *now.to++ = (uint8_t)byte;
                now.bytes--;
            }
        }
    }
#ifdef TM_LIVE
    pending = 0;
    if (given_up)
        return false;
#endif
    return message_crc == WITH_ITS_CRC && count >= FRAMING_BYTES &&
           count - FRAMING_BYTES == message->length;
}

void protocol_receive(protocol_message *message, protocol_space (*space)(uint32_t place))
{
    while (!receive_message(message, space)) {
    }
}

void protocol_send(const void *data, uint32_t bytes)
{
    const uint8_t *from = data;
    message_crc = protocol_crc(message_crc, data, bytes);
    for (uint32_t i = 0; i < bytes; i++) {
        uint8_t byte = from[i];
        if (byte == FRAME_END || byte == FRAME_ESCAPE) {
            board_send(FRAME_ESCAPE);
            byte = byte == FRAME_END ? FRAME_ESCAPED_END : FRAME_ESCAPED_ESCAPE;
        }
        board_send(byte);
    }
}

void protocol_answer(uint8_t type, uint8_t number, uint32_t length)
{
    uint8_t header[2] = {type, number};
    board_send(FRAME_END);
    message_crc = 0;
    protocol_send(header, sizeof header);
    protocol_send(&length, sizeof length);
}

void protocol_end(void)
{
    uint32_t crc = message_crc;
    protocol_send(&crc, sizeof crc);
    board_send(FRAME_END);
}
