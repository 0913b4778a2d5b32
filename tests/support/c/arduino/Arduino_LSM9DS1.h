// Stands for Arduino's library of the first revision's sensor.
#ifndef ARDUINO_LSM9DS1_H
#define ARDUINO_LSM9DS1_H

#include <Arduino.h>

class LSM9DS1Class {
  public:
    int begin();
    int readAcceleration(float &x, float &y, float &z); // in g
    int readGyroscope(float &x, float &y, float &z);    // in degrees a second
};
extern LSM9DS1Class IMU;

#endif
