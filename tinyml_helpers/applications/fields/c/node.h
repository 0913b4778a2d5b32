// node.h: a field's node, hour by hour, in memory the caller owns.
//
//     static so_node node;                                // the model is loaded already
//     if (so_start(&node, &interpreter, &settings) != SO_OK)
//         ...the model or the settings won't do...
//     for (;;) {                                          // once an hour
//         so_node_hour(&node, sample, &hour);
//         if (hour.frame_bytes > 0)
//             ...send hour.frame, and give so_heard what the gateway answers...
//         ...open the valve for hour.water...
//     }
//
// A reading that is missing, or not to be believed, changes nothing: the last level holds. While
// there is doubt about the probe no water is given: somebody has to see to it, and hears of it by
// the alarms. Integers only: on every chip and computer the same bytes come out.
#ifndef SO_NODE_H
#define SO_NODE_H

#include "calibration.h"
#include "probe.h"
#include "sender.h"
#include "water.h"

#ifdef __cplusplus
extern "C" {
#endif

enum {
    SO_CHANNELS = 4,
    SO_AHEAD_HOURS = SO_DAY, // so long rain to come is believed after it was told
    SO_BATTERY_STEP = 20,    // mV
};

typedef struct {
    uint32_t start; // when the first hour is, in hours since 1970
    so_send_settings send;
    so_water_settings water;
} so_settings;

// Owned by the caller; private.
typedef struct {
    tm_interpreter *interpreter;
    so_settings settings;
    so_levels levels;
    so_weather weather;
    so_faults faults;
    so_calibration calibration;
    so_sender sender;
    uint32_t hours;            // since the start
    int16_t level;             // SO_NO_LEVEL before the first
    int16_t expected;          // a day ago, the median of the change until the next decision
    bool expects;
    uint16_t given;            // water on its way, tenths of mm
    uint16_t ahead[SO_AHEAD];
    uint16_t ahead_hours;      // for which these are believed still
} so_node;

// What became of an hour. It is sent from boards as it is: the same bytes everywhere.
typedef struct {
    uint32_t number;
    int16_t level;               // hundredths of a percent; SO_NO_LEVEL before the first reading
    int16_t guess;               // what the gateway believes if it isn't told; or SO_NO_LEVEL
    int16_t changes[SO_CHANGES]; // forecast and calibrated; 0 before the first reading
    uint16_t water;              // to give now, tenths of mm
    uint8_t alarms;              // bits of probe.h
    uint8_t usable;              // whether the reading was used
    uint8_t battery;             // in SO_BATTERY_STEP
    uint8_t frame_bytes;         // to send; 0 for none
    uint8_t frame[SO_FRAME_BYTES];
    uint8_t unused;
} so_hour;

// Starts afresh.
// Needs: an interpreter with a model loaded, which the node uses as long as it lives; others may run
// the model between two hours.
// Returns SO_OK, SO_BAD_SETTINGS, or SO_BAD_MODEL as so_forecast_check.
int32_t so_start(so_node *node, tm_interpreter *interpreter, const so_settings *settings);

// Takes an hour.
// sample: moisture in hundredths of a percent, or SO_NO_READING; temperature in tenths of a °C; rain
// in tenths of mm; the battery's mV. Water that the node gave the hour before comes on top of the
// rain.
void so_node_hour(so_node *node, const int16_t sample[SO_CHANNELS], so_hour *hour);

// What the gateway answered to the hour's frame; what is no answer changes nothing.
void so_heard(so_node *node, const uint8_t *answer, uint32_t bytes);

#ifdef __cplusplus
}
#endif

#endif
