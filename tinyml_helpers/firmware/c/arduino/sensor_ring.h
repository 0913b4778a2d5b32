// sensor_ring.h: samples between whatever brings them (an interrupt, a thread that comes first) and
// the program that takes them. One brings, one takes; each writes a count of its own, so that on one
// core neither has to wait for the other.
#ifndef TM_SENSOR_RING_H
#define TM_SENSOR_RING_H

#include <stdbool.h>
#include <stdint.h>

typedef struct {
    int16_t *values;
    uint32_t size;                 // of `values`: a power of two
    volatile uint32_t came, taken; // values since power came on, modulo 2^32
    volatile uint32_t lost;        // values since the ring was emptied
} sensor_ring;

// Keeps the compiler from moving the values' reads and writes across those of the counts.
static inline void sensor_ring_fence(void)
{
    __asm__ volatile("" ::: "memory");
}

static inline void sensor_ring_empty(sensor_ring *ring)
{
    ring->taken = ring->came;
    ring->lost = 0;
}

// Adds all the values, or counts them as lost if there is no room for all.
static inline void sensor_ring_add(sensor_ring *ring, const int16_t *values, uint32_t count)
{
    uint32_t came = ring->came;
    if (ring->size - (came - ring->taken) < count) {
        ring->lost = ring->lost + count;
        return;
    }
    for (uint32_t i = 0; i < count; i++)
        ring->values[(came + i) & (ring->size - 1)] = values[i];
    sensor_ring_fence();
    ring->came = came + count;
}

// Takes the oldest values out, whole samples of so many channels; returns how many values.
static inline uint32_t sensor_ring_take(sensor_ring *ring, int16_t *to, uint32_t count,
                                        uint32_t channels)
{
    uint32_t taken = ring->taken, waiting = ring->came - taken;
    uint32_t values = waiting < count ? waiting : count;
    values -= values % channels;
    sensor_ring_fence();
    for (uint32_t i = 0; i < values; i++)
        to[i] = ring->values[(taken + i) & (ring->size - 1)];
    sensor_ring_fence();
    ring->taken = taken + values;
    return values;
}

#endif
