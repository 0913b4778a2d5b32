// wake.h: is it worth listening? A gate that opens when the sound is louder than what it is used
// to, so cheap that it can stand in front of the front end and the model day and night.
//
//     static kw_wake gate;
//     kw_wake_start(&gate, &settings);
//     for (;;) {                                // every 20 ms
//         if (kw_wake_hop(&gate, samples))      // [320] int16, 16 kHz
//             ...these samples go on to the spotter...
//     }
//
// The level of a hop is its short-time average magnitude, sum |x|, without the microphone's
// constant offset (L. Rabiner and R. Schafer, "Digital Processing of Speech Signals", 1978, 4.2):
// of a square's energy it needs neither the multiplications nor 64 bits. The background's level,
// the floor, falls quickly and rises slowly, so it is that of the pauses between words.
#ifndef KW_WAKE_H
#define KW_WAKE_H

#include <stdbool.h>
#include <stdint.h>

enum { KW_WAKE_HOP = 320 }; // samples

// What kw_wake_start returns.
enum { KW_WAKE_OK = 0, KW_WAKE_BAD_SETTINGS = -1 };

typedef struct {
    uint16_t ratio;    // level over floor that opens, in sixteenths; 16 to 4096 (16: any louder)
    uint16_t hangover; // hops it stays open after the last loud one
    uint16_t quiet;    // mean magnitude of a sample that is never loud, whatever the floor
} kw_wake_settings;

// Owned by the caller; private but for `level` and `floor`.
typedef struct {
    kw_wake_settings settings;
    int32_t offset;  // of the microphone: the mean of the hop before
    uint32_t level;  // of the last hop: the sum of its 320 magnitudes
    uint32_t floor;  // of the background, in sixteenths of a level; 0 before the first hop
    uint32_t remain; // hops to stay open
} kw_wake;

// Starts afresh; the first hop will be taken for background.
// Returns KW_WAKE_OK or KW_WAKE_BAD_SETTINGS.
int32_t kw_wake_start(kw_wake *gate, const kw_wake_settings *settings);

// Takes a hop of sound: samples [KW_WAKE_HOP] int16.
// Returns whether the gate is open.
bool kw_wake_hop(kw_wake *gate, const int16_t *samples);

// Takes many hops: samples [hops * KW_WAKE_HOP] int16; open [hops]: 1 where the gate is, else 0.
void kw_wake_hops(kw_wake *gate, const int16_t *samples, uint32_t hops, uint8_t *open);

#endif
