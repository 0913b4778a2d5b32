// Arduino Nano 33 BLE Sense, either revision, under Arduino's mbed core: the port is the core's
// `Serial`, over USB.
// The exporter writes on top what BOARD_NAME is, and TM_LIVE if the program is live.
#include <Arduino.h>

#include "board.h"
#ifdef TM_LIVE
#include "live.h"
#endif

// The core loses packets of 64 bytes, the most that USB takes (ArduinoCore-mbed, issues 85 and 129).
enum { PACKET_BYTES = 63 };

static uint8_t packet[PACKET_BYTES];
static uint32_t packet_bytes;

const char board_name[] = BOARD_NAME;
const uint32_t board_clock_hz = 64000000;
const uint32_t board_tick_hz = 64000000;

void board_start(void)
{
    // Cycles, as on the emulated board; what interrupts take meanwhile is counted along.
    CoreDebug->DEMCR |= CoreDebug_DEMCR_TRCENA_Msk;
    DWT->CYCCNT = 0;
    DWT->CTRL |= DWT_CTRL_CYCCNTENA_Msk;
#ifdef TM_LIVE
    pinMode(LED_BUILTIN, OUTPUT);
#endif
    // A computer opens the port some time after power comes; a charger never does.
    Serial.begin(115200);
    for (uint32_t start = millis(); !Serial && millis() - start < 3000;)
        delay(10);
}

// Sends what waits. While no program has the port open the core takes nothing: then nobody waits
// for this answer.
static void send_packet(void)
{
    for (uint32_t sent = 0; sent < packet_bytes;) {
        size_t taken = Serial.write(packet + sent, packet_bytes - sent);
        if (taken == 0)
            break;
        sent += (uint32_t)taken;
    }
    packet_bytes = 0;
}

void board_send(uint8_t byte)
{
    packet[packet_bytes++] = byte;
    if (packet_bytes == PACKET_BYTES)
        send_packet();
}

// Lets the core's own thread have its turn, which starts the boot loader for an upload. The processor
// may sleep meanwhile, and the counter with it: it is put forward.
static void rest(void)
{
    uint32_t ticks = board_ticks(), start = (uint32_t)micros();
    delay(1);
    DWT->CYCCNT = ticks + ((uint32_t)micros() - start) * (board_tick_hz / 1000000);
}

// An answer is complete when the program waits for the next question: then its last packet goes.
uint8_t board_receive(void)
{
    send_packet();
    while (Serial.available() <= 0) {
#ifdef TM_LIVE
        live_poll();
        digitalWrite(LED_BUILTIN, live_light() ? HIGH : LOW);
        send_packet();
#endif
        rest();
    }
    return (uint8_t)Serial.read();
}

uint32_t board_ticks(void)
{
    return DWT->CYCCNT;
}
