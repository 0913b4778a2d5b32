// pico_usb_requests.c: what the computer asks of the device, on endpoint 0.
// USB 2.0 Specification, 8.5.3 and 9.4; PSTN Devices 1.2, 6.3.
#include "pico_boot_rom.h"
#include "pico_usb_controller.h"
#include <stdbool.h>
#include <stddef.h>

// bmRequestType, and bRequest in the upper byte.
enum { GET_STATUS_DEVICE = 0x0080, GET_STATUS_INTERFACE = 0x0081, GET_STATUS_ENDPOINT = 0x0082,
       CLEAR_FEATURE_ENDPOINT = 0x0102, SET_ADDRESS = 0x0500, GET_DESCRIPTOR = 0x0680,
       GET_CONFIGURATION = 0x0880, SET_CONFIGURATION = 0x0900, SET_LINE_CODING = 0x2021,
       GET_LINE_CODING = 0x21A1, SET_CONTROL_LINE_STATE = 0x2221 };

enum { CODING_BYTES = 7, BOOT_LOADER_BAUD = 1200 };

static uint8_t line_coding[CODING_BYTES] = {0x00, 0xC2, 0x01, 0x00, 0, 0, 8}; // 115,200 baud, 8N1

// The answer: what is left of it.
static const uint8_t *answer_from;
static uint32_t answer_bytes, answer_packets, answer_toggle;

// What to do once the request is through.
static uint32_t new_address;
static bool takes_line_coding, leaves;

static void send_packet(void)
{
    uint32_t bytes = answer_bytes < USB_PACKET_BYTES ? answer_bytes : USB_PACKET_BYTES;
    for (uint32_t i = 0; i < bytes; i++)
        MEMORY(CONTROL_BUFFER)[i] = *answer_from++;
    answer_bytes -= bytes;
    answer_packets--;
    hand_over(BUFFER_IN(0), FULL | answer_toggle | bytes);
    answer_toggle ^= DATA1;
}

// Answers with bytes, at most as many as were asked for. With fewer the last packet is one that
// isn't full, if need be an empty one. The computer then confirms, with an empty packet.
static void answer(const uint8_t *from, uint32_t bytes, uint32_t asked)
{
    answer_from = from;
    answer_bytes = bytes < asked ? bytes : asked;
    answer_packets = answer_bytes / USB_PACKET_BYTES;
    if (bytes < asked || answer_bytes % USB_PACKET_BYTES != 0)
        answer_packets++;
    hand_over(BUFFER_OUT(0), DATA1);
    send_packet();
}

static void confirm(void)
{
    answer_bytes = 0;
    answer_packets = 1;
    send_packet();
}

static void refuse(void)
{
    EP_STALL_ARM = 3; // both directions; the next request ends it
    *BUFFER_IN(0) = STALL;
    *BUFFER_OUT(0) = STALL;
}

static void answer_descriptor(uint32_t value, uint32_t asked)
{
    uint32_t bytes = 0;
    const uint8_t *descriptor = pico_descriptor(value, &bytes);
    if (descriptor == NULL)
        refuse();
    else
        answer(descriptor, bytes, asked);
}

static uint32_t baud(void)
{
    return line_coding[0] | (uint32_t)line_coding[1] << 8 | (uint32_t)line_coding[2] << 16 |
           (uint32_t)line_coding[3] << 24;
}

void usb_request_came(void)
{
    static const uint8_t zeros[2];
    uint32_t low = SETUP_LOW, high = SETUP_HIGH;
    uint32_t value = low >> 16, index = high & 0xFFFF, length = high >> 16;

    *BUFFER_IN(0) = *BUFFER_OUT(0) = 0; // the last request may have been given up
    answer_packets = 0;
    answer_toggle = DATA1;
    new_address = 0;
    takes_line_coding = leaves = false;
    switch (low & 0xFFFF) {
    case GET_DESCRIPTOR:
        answer_descriptor(value, length);
        break;
    case SET_ADDRESS:
        new_address = value & 0x7F;
        confirm();
        break;
    case SET_CONFIGURATION:
        if (value > 1) {
            refuse();
            break;
        }
        usb_configure((uint8_t)value);
        confirm();
        break;
    case GET_CONFIGURATION:
        answer(&usb_configuration, 1, length);
        break;
    case GET_STATUS_DEVICE:
    case GET_STATUS_INTERFACE:
    case GET_STATUS_ENDPOINT:
        answer(zeros, sizeof zeros, length);
        break;
    case CLEAR_FEATURE_ENDPOINT:
        usb_clear_halt(index);
        confirm();
        break;
    case GET_LINE_CODING:
        answer(line_coding, CODING_BYTES, length);
        break;
    case SET_LINE_CODING:
        takes_line_coding = true;
        hand_over(BUFFER_OUT(0), DATA1 | USB_PACKET_BYTES);
        break;
    case SET_CONTROL_LINE_STATE: // bit 0 is DTR, which falls when a program closes the port
        leaves = (value & 1) == 0 && baud() == BOOT_LOADER_BAUD;
        confirm();
        break;
    default:
        refuse();
    }
}

void usb_answer_went(void)
{
    if (new_address != 0)
        ADDR_ENDP = new_address; // the confirmation still came from the old one
    new_address = 0;
    if (leaves)
        pico_start_boot_loader();
    if (answer_packets > 0)
        send_packet();
}

void usb_request_data_came(void)
{
    if (!takes_line_coding) // then it is the computer's confirmation
        return;
    takes_line_coding = false;
    for (uint32_t i = 0; i < CODING_BYTES; i++)
        line_coding[i] = MEMORY(CONTROL_BUFFER)[i];
    confirm();
}
