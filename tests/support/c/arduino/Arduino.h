// Stands for Arduino's own header: the names that it takes from a sketch, macros first of all, which
// know no scope; and of its mbed core what a sketch here calls.
#ifndef ARDUINO_H
#define ARDUINO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PI 3.1415926535897932
#define HALF_PI 1.5707963267948966
#define TWO_PI 6.2831853071795865
#define DEG_TO_RAD 0.017453292519943296
#define RAD_TO_DEG 57.295779513082321
#define EULER 2.7182818284590452
#define SERIAL 0
#define DISPLAY 1
#define constrain(x, low, high) ((x) < (low) ? (low) : (x) > (high) ? (high) : (x))
#define radians(x) ((x) * DEG_TO_RAD)
#define degrees(x) ((x) * RAD_TO_DEG)
#define sq(x) ((x) * (x))
#define lowByte(x) ((uint8_t)(x))
#define highByte(x) ((uint8_t)((x) >> 8))
#define bit(place) (1UL << (place))
#define bitRead(x, place) ((x) >> (place) & 1)
#define bitSet(x, place) ((x) |= bit(place))
#define bitClear(x, place) ((x) &= ~bit(place))
#define bitToggle(x, place) ((x) ^= bit(place))
#define bitWrite(x, place, value) ((value) ? bitSet(x, place) : bitClear(x, place))
#define word(...) makeWord(__VA_ARGS__)

typedef enum { LOW, HIGH, CHANGE, FALLING, RISING } PinStatus;
typedef enum { INPUT, OUTPUT, INPUT_PULLUP, INPUT_PULLDOWN, OUTPUT_OPENDRAIN } PinMode;
typedef enum { LSBFIRST, MSBFIRST } BitOrder;
typedef bool boolean;
typedef uint8_t byte;
uint16_t makeWord(uint16_t value);

template <class T, class U> T min(const T &a, const U &b) { return b < a ? b : a; }
template <class T, class U> T max(const T &a, const U &b) { return a < b ? b : a; }

extern "C" {
void init(void);
void yield(void);
void delay(unsigned long milliseconds);
unsigned long millis(void);
unsigned long micros(void);
void setup(void);
void loop(void);
}
long random(long below);
long map(long x, long from_low, long from_high, long to_low, long to_high);

#define LED_BUILTIN 13
void pinMode(uint8_t pin, PinMode mode);
void digitalWrite(uint8_t pin, PinStatus status);

class USBSerial {
  public:
    void begin(unsigned long baud);
    int available();
    int read();
    size_t write(uint8_t byte);
    size_t write(const uint8_t *bytes, size_t count);
    operator bool(); // whether a program has the port open
};
extern USBSerial SerialUSB;
#define Serial SerialUSB

// CMSIS, the cycle counter: on the chip these are addresses.
struct DWT_Type {
    volatile uint32_t CTRL, CYCCNT;
};
struct CoreDebug_Type {
    volatile uint32_t DEMCR;
};
extern DWT_Type arduino_dwt;
extern CoreDebug_Type arduino_core_debug;
#define DWT (&arduino_dwt)
#define CoreDebug (&arduino_core_debug)
#define DWT_CTRL_CYCCNTENA_Msk 1u
#define CoreDebug_DEMCR_TRCENA_Msk (1u << 24)

#endif
