// Stands for Arduino's library of the second revision's sensor.
#ifndef ARDUINO_BMI270_BMM150_H
#define ARDUINO_BMI270_BMM150_H

#include <Arduino.h>

class BoschSensorClass {
  public:
    int begin();
    int readAcceleration(float &x, float &y, float &z); // in g
    int readGyroscope(float &x, float &y, float &z);    // in degrees a second
};
extern BoschSensorClass IMU;

#endif
