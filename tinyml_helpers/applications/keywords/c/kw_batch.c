// kw_batch.c: what Python calls on this computer: many hops, scores or windows at once. Not for
// boards.
#include "gated.h"
#include "tm_memory.h"

// A spotter with room for a gate's look-back.
typedef struct {
    kw_gated gated;
    int16_t lookback[KW_LOOKBACK_SAMPLES];
} kw_listener;

size_t kw_listener_bytes(void);
int32_t kw_listen(kw_listener *listener, tm_interpreter *interpreter,
                  const kw_gated_settings *settings);
uint32_t kw_push_all(kw_listener *listener, const int16_t *samples, uint32_t count, kw_hop *hops);
int32_t kw_detect_all(const kw_settings *settings, uint32_t classes, const int8_t *scores,
                      const uint32_t *hops, uint32_t count, uint8_t *smoothed, int8_t *detected);
void kw_score_all(tm_interpreter *interpreter, const int8_t *features, uint32_t count,
                  uint32_t hops_per_inference, int8_t *scores);

size_t kw_listener_bytes(void)
{
    return sizeof(kw_listener);
}

// Starts afresh; returns as kw_gated_start.
int32_t kw_listen(kw_listener *listener, tm_interpreter *interpreter,
                  const kw_gated_settings *settings)
{
    return kw_gated_start(&listener->gated, listener->lookback, interpreter, settings);
}

// Pushes all samples. Returns how many hops they completed; hops has room for count / 320 + 1.
uint32_t kw_push_all(kw_listener *listener, const int16_t *samples, uint32_t count, kw_hop *hops)
{
    uint32_t made = 0;
    while (count > 0) {
        bool ready = false;
        uint32_t taken = kw_gated_push(&listener->gated, samples, count, &hops[made], &ready);
        samples += taken;
        count -= taken;
        made += ready;
    }
    return made;
}

// What a new spotter's detector makes of the scores of its first inferences.
// scores: [count, classes]. hops: [count], when they came, rising.
// smoothed: [count, classes]; detected: [count], a class or KW_NONE.
// Returns what kw_detector_start does.
int32_t kw_detect_all(const kw_settings *settings, uint32_t classes, const int8_t *scores,
                      const uint32_t *hops, uint32_t count, uint8_t *smoothed, int8_t *detected)
{
    kw_detector detector;
    int32_t status = kw_detector_start(&detector, settings, classes);
    for (uint32_t i = 0; status == KW_OK && i < count; i++) {
        detected[i] = (int8_t)kw_detect(&detector, scores, hops[i], smoothed);
        scores += classes;
        smoothed += classes;
    }
    return status;
}

// The scores of windows of as many frames as the model takes, from its start on.
// features: [count - 1 windows hops_per_inference apart, and one more, KW_BINS].
// scores: [count, classes].
void kw_score_all(tm_interpreter *interpreter, const int8_t *features, uint32_t count,
                  uint32_t hops_per_inference, int8_t *scores)
{
    uint32_t taken = tm_input_bytes(interpreter, 0), classes = tm_output_bytes(interpreter, 0);
    for (uint32_t i = 0; i < count; i++) {
        memcpy(tm_input_data(interpreter, 0), features, taken);
        tm_invoke(interpreter);
        memcpy(scores, tm_output_data(interpreter, 0), classes);
        features += hops_per_inference * KW_BINS;
        scores += classes;
    }
}
