// Stands for Arduino's library of that name, as far as a sketch calls it.
#ifndef ARDUINO_OV767X_H
#define ARDUINO_OV767X_H

#include <Arduino.h>

enum { YUV422 = 0 };
enum { QCIF = 3 };

class OV767X {
  public:
    int begin(int resolution, int format, int frames_a_second);
    void readFrame(void *buffer);
};
extern OV767X Camera;

#endif
