// Stands for the library Wire of Arduino's mbed core.
#ifndef WIRE_H
#define WIRE_H

#include <Arduino.h>

class TwoWire {
  public:
    void setClock(uint32_t hertz);
};
extern TwoWire Wire1;

#endif
