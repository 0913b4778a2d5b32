// so_link_batch.c: what Python calls on this computer: both ends of the radio. Not for boards.
#include "gateway.h"

enum { FRAME_LOST = 1, ANSWER_LOST = 2 };

size_t so_sender_bytes(void);
size_t so_gateway_bytes(void);
void so_gateway_last(const so_gateway *gateway, uint8_t last[2]);
bool so_same_history(const so_sender *sender, const so_gateway *gateway);
uint32_t so_link_all(tm_interpreter *node, tm_interpreter *interpreter,
                     const so_send_settings *settings, const int16_t *levels, const uint8_t *lost,
                     uint32_t start, uint32_t hours, int16_t *estimates, uint8_t *status,
                     uint8_t *bytes);

size_t so_sender_bytes(void)
{
    return sizeof(so_sender);
}

size_t so_gateway_bytes(void)
{
    return sizeof(so_gateway);
}

// Alarms and battery of the last frame.
void so_gateway_last(const so_gateway *gateway, uint8_t last[2])
{
    last[0] = gateway->alarms;
    last[1] = gateway->battery;
}

// Whether both ends know the same, byte for byte.
bool so_same_history(const so_sender *sender, const so_gateway *gateway)
{
    const uint8_t *one = (const uint8_t *)&sender->shared;
    const uint8_t *other = (const uint8_t *)&gateway->shared;
    for (size_t i = 0; i < sizeof sender->shared; i++)
        if (one[i] != other[i])
            return false;
    return true;
}

// A node and its gateway over many hours.
// node, interpreter: a model in the hands of each; they may be the same.
// levels: [hours], SO_NO_LEVEL where nothing was measured. lost: [hours], FRAME_LOST and ANSWER_LOST.
// start: the first hour, since 1970.
// estimates, status: [hours], the gateway's. bytes: [hours], sent by the node.
// Returns after how many acknowledged frames both ends didn't know the same: 0, or there is a bug.
uint32_t so_link_all(tm_interpreter *node, tm_interpreter *interpreter,
                     const so_send_settings *settings, const int16_t *levels, const uint8_t *lost,
                     uint32_t start, uint32_t hours, int16_t *estimates, uint8_t *status,
                     uint8_t *bytes)
{
    static const uint16_t UNKNOWN[SO_AHEAD] = {SO_UNKNOWN, SO_UNKNOWN, SO_UNKNOWN};
    so_sender sender;
    so_gateway gateway;
    uint32_t apart = 0;
    so_sender_start(&sender, settings);
    so_gateway_start(&gateway, interpreter, settings);
    for (uint32_t hour = 0; hour < hours; hour++) {
        uint8_t frame[SO_FRAME_BYTES], answer[SO_ANSWER_BYTES];
        uint16_t ahead[SO_AHEAD];
        int16_t guess;
        uint32_t sent = so_sender_hour(&sender, node, start + hour, levels[hour], 0, 0, &guess,
                                       frame);
        bool arrives = sent > 0 && (lost[hour] & FRAME_LOST) == 0;
        uint32_t answered =
            so_gateway_hour(&gateway, interpreter, start + hour, arrives ? frame : NULL, sent,
                            UNKNOWN, estimates + hour, status + hour, answer);
        if (answered > 0 && (lost[hour] & ANSWER_LOST) == 0 &&
            so_sender_heard(&sender, answer, answered, ahead))
            apart += !so_same_history(&sender, &gateway);
        bytes[hour] = (uint8_t)sent;
    }
    return apart;
}
