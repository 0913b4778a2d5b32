#include "sender.h"

enum { LEAST_DELTA = 5, MOST_DELTA = 1000, MOST_HEARTBEAT = SO_WEEK };

int32_t so_sender_start(so_sender *sender, const so_send_settings *settings)
{
    memset(sender, 0, sizeof *sender);
    if (settings->delta < LEAST_DELTA || settings->delta > MOST_DELTA || settings->heartbeat < 1 ||
        settings->heartbeat > MOST_HEARTBEAT)
        return SO_BAD_SETTINGS;
    sender->settings = *settings;
    return SO_OK;
}

// From now on nothing is known of what the gateway guesses.
static void doubt(so_sender *sender)
{
    sender->waiting = true;
    sender->late = SO_LATE;
    sender->syncs = sender->pause = 0;
}

// Whether the hour of `level` is to be sent; off: by how much the guess is.
static bool due(so_sender *sender, int32_t off, uint8_t alarms)
{
    if (alarms != sender->alarms)
        return true;
    if (sender->waiting) {
        sender->pause -= sender->pause > 0;
        return sender->pause == 0;
    }
    return off > sender->settings.delta || -off > sender->settings.delta ||
           sender->shared.since + 1 >= sender->settings.heartbeat;
}

static uint32_t sync(so_sender *sender, so_frame *frame, uint16_t key,
                     uint8_t bytes[SO_FRAME_BYTES])
{
    frame->kind = SO_SYNC;
    frame->late = sender->late;
    so_shared_summarize(&sender->shared, &frame->history);
    sender->syncs += sender->syncs < SO_SYNCS;
    sender->pause = sender->syncs < SO_SYNCS ? 1 : SO_SYNC_PAUSE;
    return so_frame_write(frame, key, bytes);
}

uint32_t so_sender_hour(so_sender *sender, tm_interpreter *interpreter, uint32_t hours,
                        int16_t level, uint8_t alarms, uint8_t battery, int16_t *guess,
                        uint8_t frame[SO_FRAME_BYTES])
{
    so_shared *shared = &sender->shared;
    bool measured = level != SO_NO_LEVEL;
    *guess = SO_NO_LEVEL;
    sender->interpreter = interpreter;
    if (!sender->started) {
        if (!measured)
            return 0;
        sender->started = true;
        sender->common =
            so_common(sender->settings.delta, sender->settings.heartbeat, interpreter);
        so_shared_start(shared, interpreter, sender->settings.delta, level, hours - 1);
        doubt(sender);
    } else {
        *guess = so_shared_guess(shared);
        sender->late += sender->waiting && sender->late < SO_LATE;
        if (hours != shared->levels.hours + 1) {
            shared->levels.hours = hours - 1;
            doubt(sender);
        }
    }
    int16_t guessed = so_shared_guess(shared);
    level = measured ? level : guessed;
    if (!due(sender, level - guessed, alarms)) {
        // While nobody knows what the gateway guesses, this end's history may as well be right.
        if (sender->waiting)
            so_shared_tell(shared, interpreter, level);
        else
            so_shared_pass(shared);
        return 0;
    }
    so_shared_tell(shared, interpreter, level);
    so_frame made = {.kind = SO_LEVEL, .measured = measured, .sequence = ++sender->sequence,
                     .alarms = alarms, .battery = battery, .history = {.level = level}};
    uint16_t key = so_key(sender->common, hours);
    sender->alarms = alarms;
    sender->syncing = sender->waiting;
    if (sender->syncing)
        return sync(sender, &made, key, frame);
    sender->waiting = true;
    return so_frame_write(&made, key, frame);
}

bool so_sender_heard(so_sender *sender, const uint8_t *answer, uint32_t bytes,
                     uint16_t ahead[SO_AHEAD])
{
    uint16_t told[SO_AHEAD], key = so_key(sender->common, sender->shared.levels.hours);
    uint8_t sequence;
    if (!so_answer_read(answer, bytes, key, &sequence, told) || !sender->waiting ||
        sequence != sender->sequence)
        return false;
    if (sender->syncing) {
        // The gateway has no more than the summary: from now on neither has this end.
        so_summary summary;
        so_shared_summarize(&sender->shared, &summary);
        so_shared_rebuild(&sender->shared, sender->interpreter, &summary,
                          sender->shared.levels.hours);
    }
    sender->waiting = false;
    sender->late = sender->syncs = sender->pause = 0;
    memcpy(ahead, told, sizeof told);
    return true;
}
