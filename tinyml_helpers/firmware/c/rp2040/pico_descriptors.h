// pico_descriptors.h: what the device says of itself over USB.
#ifndef TM_PICO_DESCRIPTORS_H
#define TM_PICO_DESCRIPTORS_H

#include <stdint.h>

// Endpoints, as both sides number them; USB counts directions from the computer.
enum { USB_NOTICES = 1, USB_DATA = 2, USB_IN = 0x80 };
enum { USB_PACKET_BYTES = 64, USB_NOTICE_BYTES = 8 };

// Returns a descriptor, or NULL if there is none; `bytes` is how many it has. A text is valid until
// the next call.
// value: wValue of GET_DESCRIPTOR: its kind in the upper byte, its number in the lower.
const uint8_t *pico_descriptor(uint32_t value, uint32_t *bytes);

#endif
