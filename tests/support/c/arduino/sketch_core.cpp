// Stands for the core's own object files: what a sketch is linked with.
#include <Arduino.h>
#include <Arduino_OV767X.h>
#include <PDM.h>
#include <Wire.h>
#include <mbed.h>
#ifdef REVISION_2
#include <Arduino_BMI270_BMM150.h>
typedef BoschSensorClass Imu;
#else
#include <Arduino_LSM9DS1.h>
typedef LSM9DS1Class Imu;
#endif

USBSerial SerialUSB;
PDMClass PDM;
TwoWire Wire1;
Imu IMU;
OV767X Camera;
DWT_Type arduino_dwt;
CoreDebug_Type arduino_core_debug;

void USBSerial::begin(unsigned long) {}
int USBSerial::available() { return 0; }
int USBSerial::read() { return -1; }
size_t USBSerial::write(const uint8_t *, size_t count) { return count; }
USBSerial::operator bool() { return false; }
int PDMClass::begin(int, int) { return 1; }
int PDMClass::available() { return 0; }
int PDMClass::read(void *, size_t) { return 0; }
void PDMClass::onReceive(void (*)(void)) {}
void PDMClass::setGain(int) {}
void TwoWire::setClock(uint32_t) {}
void TwoWire::beginTransmission(uint8_t) {}
size_t TwoWire::write(uint8_t) { return 1; }
uint8_t TwoWire::endTransmission() { return 0; }
size_t TwoWire::requestFrom(uint8_t, size_t count) { return count; }
int TwoWire::read() { return 0; }
void rtos::Mutex::lock() {}
void rtos::Mutex::unlock() {}
rtos::Thread::Thread(osPriority) {}
int rtos::Thread::start(void (*)(void)) { return 0; }
int Imu::begin() { return 1; }
int Imu::readAcceleration(float &, float &, float &) { return 1; }
int Imu::readGyroscope(float &, float &, float &) { return 1; }
int OV767X::begin(int, int, int) { return 1; }
void OV767X::readFrame(void *) {}
void pinMode(uint8_t, PinMode) {}
void digitalWrite(uint8_t, PinStatus) {}
void delay(unsigned long) {}
unsigned long millis(void) { return 0; }
unsigned long micros(void) { return 0; }

int main()
{
    setup();
    for (;;)
        loop();
}
