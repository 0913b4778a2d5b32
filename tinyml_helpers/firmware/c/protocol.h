// protocol.h: how the computer and the firmware talk over a serial line.
//
// A frame is a message between two END bytes. Inside, END and ESCAPE are written as two bytes, so
// an END is always the edge of a frame (as in SLIP, RFC 1055): after garbage, or half a frame, the
// next END puts both sides in step again. Numbers have their lowest byte first.
//
//     frame     END  type (1)  number (1)  length (4)  payload (length)  CRC-32 (4)  END
//     END       0xC0, in a message 0xDB 0xDC
//     ESCAPE    0xDB, in a message 0xDB 0xDD; before any other byte it is skipped
//     CRC-32    of everything before it in the message; the one of zlib and Ethernet
//     number    chosen by the computer; the answer repeats it
//
// The computer asks; the firmware answers every sound frame, with type + 0x80 or with ERROR, and
// stays silent about the others: whoever gets no answer in time asks again. It asks one thing at a
// time: the firmware receives nothing while it works.
//
//     type       the computer sends              the firmware answers
//     PING 1     up to 64 bytes                  the same bytes
//     INFO 2     nothing                         tm_info, and the board's name in ASCII
//     INVOKE 3   all inputs, one after another   ticks it took (4), then all outputs
//     PROFILE 4  as INVOKE                       ticks of every operator (4 each)
//     RESET 5    nothing                         nothing: the model forgot what it kept
//     6 to 126   what the application says       what the application says
//                (22 and 23: what live.h says)
//     ERROR 127                                  what is wrong, in ASCII
//
// A model that keeps something from one inference to the next makes a difference between being
// asked once or twice: there, after a lost answer, RESET and start again.
//
// An application's messages (see application.h) have types of their own, and no two applications
// share one: asked by the wrong client, a board says that it doesn't know the message.
#ifndef TM_PROTOCOL_H
#define TM_PROTOCOL_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define PROTOCOL_VERSION 1
#define PING_BYTES 64

enum { FRAME_END = 0xC0, FRAME_ESCAPE = 0xDB, FRAME_ESCAPED_END = 0xDC,
       FRAME_ESCAPED_ESCAPE = 0xDD };

enum { PING = 1, INFO = 2, INVOKE = 3, PROFILE = 4, RESET = 5, PROTOCOL_ERROR = 127,
       ANSWER = 0x80 };

// The payload of an INFO answer starts with these; the board's name follows.
typedef struct {
    uint32_t protocol_version;
    uint32_t clock_hz;
    uint32_t tick_hz;
    uint32_t model_bytes;
    uint32_t model_crc;
    uint32_t arena_bytes;
    uint32_t start_ticks; // that loading the model took
    uint32_t operators;
    uint32_t input_bytes;  // of all inputs together
    uint32_t output_bytes; // of all outputs together
} tm_info;

// A message without its payload.
typedef struct {
    uint8_t type;
    uint8_t number;
    uint32_t length;
} protocol_message;

// Where bytes of a payload go.
typedef struct {
    uint8_t *to;
    uint32_t bytes;
} protocol_space;

// Computes a CRC-32 piece by piece: start with 0, and give the last result to the next call.
uint32_t protocol_crc(uint32_t crc, const void *data, uint32_t bytes);

// Waits for a sound message. Its payload is written, while it comes, to space(0), space(1), ...
// until one has no bytes, and what is left is dropped; so are payloads of unsound messages, once
// they are written. When `space` is called, `message` is complete.
void protocol_receive(protocol_message *message, protocol_space (*space)(uint32_t place));

// Only a live program (live.h) has these two.
// How many bytes came of a message whose END didn't; 0 if none is on its way.
uint32_t protocol_pending(void);

// Takes that message for unsound, whatever still comes of it.
void protocol_give_up(void);

// Send an answer in pieces: start, then the pieces of its payload, then end.
void protocol_answer(uint8_t type, uint8_t number, uint32_t length);
void protocol_send(const void *data, uint32_t bytes);
void protocol_end(void);

#ifdef __cplusplus
}
#endif

#endif
