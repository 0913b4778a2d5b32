// sender.h: the node's end of the radio. It sends only what its gateway wouldn't guess.
//
//     bytes = so_sender_hour(&sender, interpreter, hours, level, alarms, battery, &guess, frame);
//     if (bytes > 0) {
//         ...send them, and listen for an answer within the hour...
//         if (so_sender_heard(&sender, answer, count, ahead))
//             ...the gateway has it, and ahead is the rain it expects...
//     }
//
// Only while every frame is acknowledged does the node know what the gateway guesses. After one
// that isn't, it says in a sync all that the gateway needs to guess the same again, and since when
// it may have been wrong: every hour until one is acknowledged, after a day every six hours.
#ifndef SO_SENDER_H
#define SO_SENDER_H

#include "message.h"

enum {
    SO_NO_LEVEL = -32768, // a level that wasn't measured, or that nobody has told yet
    SO_SYNCS = 24,        // so many in a row go out every hour
    SO_SYNC_PAUSE = 6,    // hours between those that follow
};

typedef struct {
    uint16_t delta;     // hundredths of a percent, 5 to 1000: a guess further off is corrected
    uint16_t heartbeat; // hours without a message at most, 1 to 168
} so_send_settings;

// Owned by the caller; private.
typedef struct {
    so_shared shared;
    tm_interpreter *interpreter; // of the last hour
    so_send_settings settings;
    uint16_t common;
    bool started;   // there has been a level
    bool waiting;   // the last frame isn't acknowledged
    bool syncing;   // it is a sync
    uint8_t late;   // of the next sync
    uint8_t syncs;  // sent in a row without an answer, to SO_SYNCS
    uint8_t pause;  // hours until the next one
    uint8_t sequence, alarms; // of the last frame
} so_sender;

// Returns SO_OK, or SO_BAD_SETTINGS: a setting is out of its range.
int32_t so_sender_start(so_sender *sender, const so_send_settings *settings);

// An hour of the field.
// hours: what time it is, since 1970. If it isn't one after the last hour's, a sync follows.
// level: hundredths of a percent by volume, or SO_NO_LEVEL.
// alarms: a change of them is sent at once. battery: steps of 20 mV.
// guess: written, what the gateway believes if it isn't told; SO_NO_LEVEL before the first level.
// Returns how many bytes of the frame to send, 0 for none. Before the first level there are none.
uint32_t so_sender_hour(so_sender *sender, tm_interpreter *interpreter, uint32_t hours,
                        int16_t level, uint8_t alarms, uint8_t battery, int16_t *guess,
                        uint8_t frame[SO_FRAME_BYTES]);

// What the gateway answered, in the hour of the frame. After a sync the model is run once more.
// ahead: rain of the next 24, 72 and 168 hours in tenths of mm, SO_UNKNOWN if nobody knows.
// Returns whether the answer is sound and acknowledges the last frame; else ahead isn't written.
bool so_sender_heard(so_sender *sender, const uint8_t *answer, uint32_t bytes,
                     uint16_t ahead[SO_AHEAD]);

#endif
