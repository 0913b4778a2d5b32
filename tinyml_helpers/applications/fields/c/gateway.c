#include "gateway.h"

int32_t so_gateway_start(so_gateway *gateway, tm_interpreter *interpreter,
                         const so_send_settings *settings)
{
    so_sender same;
    memset(gateway, 0, sizeof *gateway);
    if (so_sender_start(&same, settings) != SO_OK)
        return SO_BAD_SETTINGS;
    gateway->settings = *settings;
    gateway->common = so_common(settings->delta, settings->heartbeat, interpreter);
    return SO_OK;
}

static void pass(so_gateway *gateway, int16_t *level, uint8_t *status)
{
    *level = SO_NO_LEVEL;
    *status = SO_SILENT;
    if (!gateway->heard)
        return;
    *level = so_shared_guess(&gateway->shared);
    so_shared_pass(&gateway->shared);
    gateway->since += gateway->since < UINT32_MAX;
    if (gateway->since <= (uint32_t)gateway->settings.heartbeat + SO_PATIENCE)
        *status = SO_OPEN;
}

// What a frame says of the hours since the one before: the last `late` of them may have been off.
static void judge(const so_gateway *gateway, uint32_t late, uint8_t *status)
{
    for (uint32_t ago = 1; ago <= gateway->since; ago++)
        *(status - ago) = late == SO_LATE || ago <= late ? SO_WRONG : SO_CHECKED;
}

// What a sync tells of hours that it says were late: nobody answered, so it has what was measured.
static void repair(const so_gateway *gateway, const so_frame *sync, int16_t *level,
                   uint8_t *status)
{
    for (uint32_t i = 0; i < SO_LAGS && sync->late < SO_LATE; i++) {
        uint32_t ago = SO_LAG_HOURS[i];
        if (ago <= sync->late && ago <= gateway->since) {
            *(level - ago) = sync->history.before[i];
            *(status - ago) = SO_CHECKED;
        }
    }
}

uint32_t so_gateway_hour(so_gateway *gateway, tm_interpreter *interpreter, uint32_t hours,
                         const uint8_t *frame, uint32_t bytes, const uint16_t ahead[SO_AHEAD],
                         int16_t *level, uint8_t *status, uint8_t answer[SO_ANSWER_BYTES])
{
    so_shared *shared = &gateway->shared;
    uint16_t key = so_key(gateway->common, hours);
    so_frame read;
    if (gateway->heard && hours != shared->levels.hours + 1) {
        shared->levels.hours = hours - 1;
        gateway->in_step = false;
    }
    if (frame == NULL || !so_frame_read(frame, bytes, key, &read)) {
        pass(gateway, level, status);
        return 0;
    }
    // Whoever sends a level knows that the frame before it was taken.
    bool taken = read.kind == SO_SYNC ||
                 (gateway->in_step && read.sequence == (uint8_t)(gateway->sequence + 1));
    judge(gateway, gateway->in_step && taken ? read.late : SO_LATE, status);
    *level = read.history.level;
    *status = read.measured ? SO_TOLD : SO_CHECKED;
    if (read.kind == SO_SYNC) {
        repair(gateway, &read, level, status);
        shared->delta = gateway->settings.delta;
        so_shared_rebuild(shared, interpreter, &read.history, hours);
    } else if (gateway->heard)
        so_shared_tell(shared, interpreter, *level);
    else
        so_shared_start(shared, interpreter, gateway->settings.delta, *level, hours);
    gateway->heard = true;
    gateway->in_step = taken;
    gateway->since = 0;
    gateway->sequence = read.sequence;
    gateway->alarms = read.alarms;
    gateway->battery = read.battery;
    if (!taken)
        return 0;
    so_answer_write(read.sequence, ahead, key, answer);
    return SO_ANSWER_BYTES;
}
