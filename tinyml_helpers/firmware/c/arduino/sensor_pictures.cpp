// A camera OV7675 (or OV7670) on a Nano 33 BLE, by Arduino's library Arduino_OV767X: it is under the
// GPL, and not part of this project. Its wires take the pins 0 and 1, so the computer is on USB.
// The exporter writes on top FRAME_HEIGHT and FRAME_WIDTH, the size of the model's frames.
#include <Arduino.h>
#include <Arduino_OV767X.h>

#include "sensor.h"

// QCIF. In YUV 4:2:2 each pixel has two bytes, the first is its brightness.
enum { WIDTH = 176, HEIGHT = 144, PIXEL_BYTES = 2 };
enum { FRAMES_A_SECOND = 1, FRAME_PIXELS = FRAME_HEIGHT * FRAME_WIDTH };

// The largest part with a frame's shape, from the middle of the picture.
enum {
    WIDE = WIDTH * FRAME_HEIGHT > HEIGHT * FRAME_WIDTH,
    PART_HEIGHT = WIDE ? HEIGHT : WIDTH * FRAME_HEIGHT / FRAME_WIDTH,
    PART_WIDTH = WIDE ? HEIGHT * FRAME_WIDTH / FRAME_HEIGHT : WIDTH
};

static uint8_t picture[HEIGHT * WIDTH * PIXEL_BYTES];
static uint32_t place = FRAME_PIXELS; // of the pixel that is taken next
static unsigned long taken_at;

const char sensor_name[] = "pictures";
const uint32_t sensor_channels = 1;
const uint32_t sensor_rate_hz = FRAME_PIXELS * FRAMES_A_SECOND;

// The mean brightness of what lies under a pixel of the frame, in whole pixels of the camera.
static int16_t pixel(uint32_t row, uint32_t column)
{
    uint32_t top = row * PART_HEIGHT / FRAME_HEIGHT, left = column * PART_WIDTH / FRAME_WIDTH;
    uint32_t bottom = ((row + 1) * PART_HEIGHT + FRAME_HEIGHT - 1) / FRAME_HEIGHT;
    uint32_t right = ((column + 1) * PART_WIDTH + FRAME_WIDTH - 1) / FRAME_WIDTH;
    uint32_t sum = 0;
    for (uint32_t y = top; y < bottom; y++)
        for (uint32_t x = left; x < right; x++)
            sum += picture[((y + (HEIGHT - PART_HEIGHT) / 2) * WIDTH + x +
                            (WIDTH - PART_WIDTH) / 2) * PIXEL_BYTES];
    return (int16_t)(sum / ((bottom - top) * (right - left)));
}

const char *sensor_start(void)
{
    static bool on = false;
    if (!on)
        on = Camera.begin(QCIF, YUV422, FRAMES_A_SECOND) != 0;
    place = FRAME_PIXELS;
    taken_at = millis();
    return on ? NULL : SENSOR_SILENT;
}

// The library waits for the camera's next picture and reads it with interrupts off: nothing else
// goes on meanwhile.
uint32_t sensor_read(int16_t *to, uint32_t count)
{
    if (place == FRAME_PIXELS) {
        if (millis() - taken_at < 1000 / FRAMES_A_SECOND)
            return 0;
        Camera.readFrame(picture);
        taken_at = millis();
        place = 0;
    }
    uint32_t done = 0;
    for (; done < count && place < FRAME_PIXELS; place++)
        to[done++] = pixel(place / FRAME_WIDTH, place % FRAME_WIDTH);
    return done;
}

uint32_t sensor_lost(void)
{
    return 0; // a picture that nobody takes is the camera's, and goes by
}
