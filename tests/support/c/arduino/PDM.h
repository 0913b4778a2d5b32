// Stands for the library PDM of Arduino's mbed core.
#ifndef PDM_H
#define PDM_H

#include <Arduino.h>

class PDMClass {
  public:
    int begin(int channels, int sample_rate);
    int available();
    int read(void *buffer, size_t bytes);
    void onReceive(void (*function)(void));
    void setGain(int gain);
};
extern PDMClass PDM;

#endif
