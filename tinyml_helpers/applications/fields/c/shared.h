// shared.h: what a node and its gateway both know of a field, and what they therefore both guess.
//
// The gateway knows the levels it was told, and guesses between them. The node knows what the
// gateway knows. Both run the same model on the same history, so both guess the same, hour by hour.
// An hour with a message is told, an hour without one passed, at both ends.
#ifndef SO_SHARED_H
#define SO_SHARED_H

#include "forecast.h"

// Owned by the caller.
typedef struct {
    so_levels levels;
    int16_t told;           // the last level that was sent
    int16_t path[SO_LEADS]; // by how much it will have changed after SO_LEAD_HOURS
    uint16_t since;         // hours since it was sent
    uint16_t delta;         // by how much a guess may be off, hundredths of a percent
} so_shared;

// A history in few numbers.
typedef struct {
    int16_t level;            // the newest
    int16_t before[SO_LAGS];  // those SO_LAG_HOURS before
    int16_t lowest, highest;
} so_summary;

// Starts with a level that was told now and is taken to have been the same all week.
// hours: what time it is, since 1970.
void so_shared_start(so_shared *shared, tm_interpreter *interpreter, uint16_t delta, int16_t level,
                     uint32_t hours);

// The guess of the next hour's level: along straight lines between what the model says of
// SO_LEAD_HOURS, and the same from the last of them on.
int16_t so_shared_guess(const so_shared *shared);

// An hour without a message: what was guessed becomes history.
void so_shared_pass(so_shared *shared);

// An hour whose level was told, and the model run on what is known now. If the guess was off by
// less than 1.6 delta, the hours guessed before it are corrected, the nearer the more. What is
// further off, such as rain, came at once: they stay.
void so_shared_tell(so_shared *shared, tm_interpreter *interpreter, int16_t level);

void so_shared_summarize(const so_shared *shared, so_summary *summary);

// Takes a summary for the history, straight lines between its levels, and runs the model.
// shared->delta stays. hours: the newest level's.
void so_shared_rebuild(so_shared *shared, tm_interpreter *interpreter, const so_summary *summary,
                       uint32_t hours);

#endif
