// message.h: the bytes between a node and its gateway.
//
// Numbers of two bytes begin with the lower one; levels are two's complement.
//
//     a level    0      kind: 0x11, or 0x91 if the level wasn't measured, but guessed
//                1      sequence number
//                2, 3   level, hundredths of a percent by volume
//                4      alarms
//                5      battery, steps of 20 mV
//                6, 7   CRC
//     a sync     0 to 5 as a level; kind 0x12, or 0x92
//                6      late: the gateway may have been off in so many hours before this one, and
//                       wasn't told; 255: nobody knows since when
//                7, 8   levels 1, 3, 6, 12, 24, 48, 72 and 168 hours before: to 21, 22
//                23, 24 the lowest level there was
//                25, 26 the highest
//                27, 28 CRC
//     an answer  0      kind: 0x13
//                1      sequence number of the frame that was taken
//                2, 3   rain of the next 24 hours, tenths of mm; 0xffff if unknown
//                4 to 7 the same of the next 72 and 168 hours
//                8, 9   CRC
//
// The CRC is CRC-16/CCITT-FALSE of all bytes before it, started from a key instead of 0xffff. The
// key is what both ends must have in common: settings, model and hour. So what comes an hour late,
// or from an end that would guess otherwise, is refused as if it were damaged.
#ifndef SO_MESSAGE_H
#define SO_MESSAGE_H

#include "shared.h"

enum {
    SO_LEVEL_BYTES = 8,
    SO_SYNC_BYTES = 29,
    SO_FRAME_BYTES = SO_SYNC_BYTES, // at most
    SO_ANSWER_BYTES = 10,
    SO_LATE = 255, // the most that late says
};

typedef enum { SO_LEVEL = 0x11, SO_SYNC = 0x12, SO_ANSWER = 0x13 } so_kind;

typedef struct {
    so_kind kind; // SO_LEVEL or SO_SYNC
    bool measured;
    uint8_t sequence, alarms, battery;
    uint8_t late;       // of a sync
    so_summary history; // of a sync; of a level only history.level
} so_frame;

// The key of an hour. common: of so_common. hours: since 1970.
uint16_t so_key(uint16_t common, uint32_t hours);

// A CRC of the settings and the model.
uint16_t so_common(uint16_t delta, uint16_t heartbeat, const tm_interpreter *interpreter);

// Returns how many bytes were written.
uint32_t so_frame_write(const so_frame *frame, uint16_t key, uint8_t bytes[SO_FRAME_BYTES]);

// Returns whether the bytes are a sound frame; else nothing is written.
bool so_frame_read(const uint8_t *bytes, uint32_t count, uint16_t key, so_frame *frame);

void so_answer_write(uint8_t sequence, const uint16_t ahead[SO_AHEAD], uint16_t key,
                     uint8_t bytes[SO_ANSWER_BYTES]);

// Returns whether the bytes are a sound answer; else nothing is written.
bool so_answer_read(const uint8_t *bytes, uint32_t count, uint16_t key, uint8_t *sequence,
                    uint16_t ahead[SO_AHEAD]);

#endif
