// pico_descriptors.c: USB 2.0 Specification, 9.6; USB CDC 1.2, 5.2; PSTN Devices 1.2, 5.3.
#include "pico_descriptors.h"

#include <stddef.h>

enum { DEVICE = 1, CONFIGURATION = 2, STRING = 3, INTERFACE = 4, ENDPOINT = 5, CS_INTERFACE = 0x24 };
enum { CDC = 2, CDC_DATA = 10, BULK = 2, INTERRUPT = 3 };

#define LOW_HIGH(number) (number) & 0xFF, (number) >> 8

// The numbers 1209:0001 are those that pid.codes keeps for trials.
static const uint8_t device[] = {
    18, DEVICE, LOW_HIGH(0x0110), CDC, 0, 0, USB_PACKET_BYTES, LOW_HIGH(0x1209), LOW_HIGH(0x0001),
    LOW_HIGH(0x0100), 1, 2, 0, // texts: 1 maker, 2 product, no serial number
    1,                         // configurations
};

enum { CONFIGURATION_BYTES = 9 + 9 + 5 + 4 + 5 + 5 + 7 + 9 + 7 + 7 };

static const uint8_t configuration[CONFIGURATION_BYTES] = {
    9, CONFIGURATION, LOW_HIGH(CONFIGURATION_BYTES), 2, 1, 0, 0x80, 100 / 2, // bus power, 100 mA
    // Interface 0: a modem that is controlled through endpoint 0, as systems know serial ports.
    9, INTERFACE, 0, 0, 1, CDC, 2, 0, 0,
    5, CS_INTERFACE, 0, LOW_HIGH(0x0120), // CDC 1.2
    4, CS_INTERFACE, 2, 2,                // speed, DTR and RTS can be set
    5, CS_INTERFACE, 6, 0, 1,             // interface 0 controls 1
    5, CS_INTERFACE, 1, 0, 1,             // no calls; data through interface 1
    7, ENDPOINT, USB_IN | USB_NOTICES, INTERRUPT, LOW_HIGH(USB_NOTICE_BYTES), 255,
    // Interface 1: the bytes.
    9, INTERFACE, 1, 0, 2, CDC_DATA, 0, 0, 0,
    7, ENDPOINT, USB_DATA, BULK, LOW_HIGH(USB_PACKET_BYTES), 0,
    7, ENDPOINT, USB_IN | USB_DATA, BULK, LOW_HIGH(USB_PACKET_BYTES), 0,
};

static const char *const texts[] = {
    "\x09\x04", // text 0 is a list of languages: US English
    "TinyML workbook",
    "Pico with TinyML workbook firmware",
};
enum { TEXTS = sizeof texts / sizeof texts[0], LONGEST_TEXT = 40 };

// Writes a text as USB has it, two bytes a character.
static const uint8_t *text_descriptor(uint32_t number, uint32_t *bytes)
{
    static uint8_t descriptor[2 + 2 * LONGEST_TEXT];
    uint32_t count = 2;
    for (const char *from = texts[number]; *from != 0 && count < sizeof descriptor; from++) {
        descriptor[count++] = (uint8_t)*from;
        if (number != 0)
            descriptor[count++] = 0;
    }
    descriptor[0] = (uint8_t)count;
    descriptor[1] = STRING;
    *bytes = count;
    return descriptor;
}

const uint8_t *pico_descriptor(uint32_t value, uint32_t *bytes)
{
    uint32_t kind = value >> 8, number = value & 0xFF;
    if (kind == STRING && number < TEXTS)
        return text_descriptor(number, bytes);
    if (number != 0)
        return NULL;
    *bytes = kind == DEVICE ? sizeof device : sizeof configuration;
    return kind == DEVICE ? device : kind == CONFIGURATION ? configuration : NULL;
}
