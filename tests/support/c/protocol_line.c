// protocol_line.c: protocol.c on this computer, at the end of a line whose last bytes repeat.
#include "board.h"
#include "protocol.h"
#include <stddef.h>

static const uint8_t *line, *last;
static uint32_t line_bytes, last_bytes, position;
static uint8_t *payloads;
static uint8_t *sent;
static uint32_t sent_bytes;

uint8_t board_receive(void)
{
    uint32_t at = position++;
    return at < line_bytes ? line[at] : last[(at - line_bytes) % last_bytes];
}

void board_send(uint8_t byte)
{
    sent[sent_bytes++] = byte;
}

// Three pieces: of 3 bytes, of 5, and of all that are left of 4096.
static protocol_space space(uint32_t place)
{
    static const uint32_t start[] = {0, 3, 8, 4096, 4096};
    protocol_space found = {payloads, 0};
    if (place < 3) {
        found.to += start[place];
        found.bytes = start[place + 1] - start[place];
    }
    return found;
}

// Receives messages until the line is through and one more came; returns how many came before it.
// found: [limit, 3], type, number and length of each; kept: [limit, 4096], their payloads.
uint32_t receive_all(const uint8_t *given, uint32_t bytes, const uint8_t *end, uint32_t end_bytes,
                     uint32_t *found, uint8_t *kept, uint32_t limit, uint32_t *read)
{
    protocol_message message = {0, 0, 0};
    uint32_t count = 0;
    line = given, line_bytes = bytes, last = end, last_bytes = end_bytes, position = 0;
    for (; count < limit; count++, found += 3, kept += 4096) {
        payloads = kept;
        protocol_receive(&message, space);
        found[0] = message.type, found[1] = message.number, found[2] = message.length;
        if (position > line_bytes + 1)
            break;
    }
    *read = position;
    return count;
}

uint32_t send_one(uint8_t type, uint8_t number, const uint8_t *data, uint32_t bytes, uint8_t *to)
{
    sent = to, sent_bytes = 0;
    protocol_answer(type, number, bytes);
    protocol_send(data, bytes / 2);
    protocol_send(data + bytes / 2, bytes - bytes / 2);
    protocol_end();
    return sent_bytes;
}
