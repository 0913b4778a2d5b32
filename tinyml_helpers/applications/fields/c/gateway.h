// gateway.h: the gateway's end of the radio: a level for every hour, and how far it can be relied on.
//
//     int16_t levels[HOURS];
//     uint8_t status[HOURS];
//     for (uint32_t i = 0; i < HOURS; i++) {
//         ...wait for the end of the hour; frame is what came in it, or NULL...
//         if (so_gateway_hour(&gateway, interpreter, first + i, frame, count, ahead, levels + i,
//                             status + i, answer) > 0)
//             ...answer while the hour lasts...
//     }
//
// A node is believed only as far as it can vouch: what it didn't measure, or sent and nobody
// acknowledged, confirms nothing. A guess that is off by more than delta never becomes SO_CHECKED,
// whatever is lost, damaged or late. (One in 65,536 damaged frames passes its CRC.)
#ifndef SO_GATEWAY_H
#define SO_GATEWAY_H

#include "sender.h"

// What an hour's level is.
enum {
    SO_OPEN = 0,    // a guess
    SO_TOLD = 1,    // measured and told
    SO_CHECKED = 2, // for all a later frame says, no measurement is off by more than delta
    SO_WRONG = 3,   // a guess that was off, or might have been, for all a later frame says
    SO_SILENT = 4,  // a guess, or no level yet, and the node has missed its heartbeat
};

enum { SO_PATIENCE = 2 }; // hours that a heartbeat may be late

// Owned by the caller; all but the last two fields are private.
typedef struct {
    so_shared shared;
    so_send_settings settings;
    uint16_t common;
    bool heard;     // there has been a frame
    bool in_step;   // both ends guess the same, unless an answer was lost
    uint8_t sequence;
    uint32_t since; // hours since the last frame
    uint8_t alarms, battery; // of the last frame
} so_gateway;

// settings: the node's. Returns SO_OK, or SO_BAD_SETTINGS: a setting is out of its range.
int32_t so_gateway_start(so_gateway *gateway, tm_interpreter *interpreter,
                         const so_send_settings *settings);

// An hour of the field.
// hours: what time it is, since 1970; one after the last call's, or the node has to sync.
// frame: `bytes` bytes that were received in this hour, NULL for none.
// ahead: rain of the next 24, 72 and 168 hours in tenths of mm or SO_UNKNOWN, for the answer.
// level, status: this hour's are written, level SO_NO_LEVEL before the first frame. Those of earlier
// hours lie right before them: they may change.
// Returns how many bytes to answer: SO_ANSWER_BYTES if the frame was taken, else 0.
uint32_t so_gateway_hour(so_gateway *gateway, tm_interpreter *interpreter, uint32_t hours,
                         const uint8_t *frame, uint32_t bytes, const uint16_t ahead[SO_AHEAD],
                         int16_t *level, uint8_t *status, uint8_t answer[SO_ANSWER_BYTES]);

#endif
