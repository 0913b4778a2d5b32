// Stands for the library Wire of Arduino's mbed core.
#ifndef WIRE_H
#define WIRE_H

#include <Arduino.h>

class TwoWire {
  public:
    void setClock(uint32_t hertz);
    void beginTransmission(uint8_t address);
    size_t write(uint8_t byte);
    uint8_t endTransmission(); // 0 if all was acknowledged
    size_t requestFrom(uint8_t address, size_t count);
    int read();
};
extern TwoWire Wire1;

#endif
