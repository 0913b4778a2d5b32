// Stands for Mbed OS, as Arduino's core brings it along.
#ifndef MBED_H
#define MBED_H

typedef enum { osPriorityNormal = 24, osPriorityAboveNormal = 32 } osPriority;

namespace rtos {
class Thread {
  public:
    explicit Thread(osPriority priority);
    int start(void (*function)(void));
};

class Mutex {
  public:
    void lock();
    void unlock();
};
}

#endif
