#include "spotter.h"

#include "tm_memory.h"

int32_t kw_start(kw_spotter *spotter, tm_interpreter *interpreter, const kw_settings *settings)
{
    memset(spotter, 0, sizeof *spotter);
    uint32_t taken = tm_input_bytes(interpreter, 0), frames = taken / KW_BINS;
    if (taken % KW_BINS != 0 || frames < 1 || frames > KW_FRAMES || interpreter->input_count != 1 ||
        interpreter->output_count != 1)
        return KW_BAD_MODEL;
    if (frames < KW_FRAMES && settings->hops_per_inference != frames)
        return KW_BAD_SETTINGS;
    spotter->interpreter = interpreter;
    spotter->model_frames = spotter->window.until_inference = frames;
    tm_reset(interpreter);
    fe_reset(&spotter->front_end);
    return kw_detector_start(&spotter->detector, settings, tm_output_bytes(interpreter, 0));
}

// Has the model score the last frames, and the detector judge.
static void infer(kw_spotter *spotter, kw_hop *hop)
{
    stream_window_infer(&spotter->window, spotter->frames[0], spotter->model_frames, KW_BINS,
                        spotter->interpreter);
    hop->classes = (uint8_t)spotter->detector.classes;
    memcpy(hop->scores, tm_output_data(spotter->interpreter, 0), hop->classes);
    hop->detected =
        (int8_t)kw_detect(&spotter->detector, hop->scores, hop->number, hop->smoothed);
}

uint32_t kw_push(kw_spotter *spotter, const int16_t *samples, uint32_t count, kw_hop *hop,
                 bool *ready)
{
    int8_t *frame = spotter->frames[spotter->window.oldest];
    uint32_t taken = fe_push(&spotter->front_end, samples, count, frame, ready);
    if (!*ready)
        return taken;
    memset(hop, 0, sizeof *hop);
    hop->number = spotter->hops++;
    hop->detected = KW_NONE;
    memcpy(hop->features, frame, KW_BINS);
    if (stream_window_add(&spotter->window, spotter->model_frames)) {
        spotter->window.until_inference = spotter->detector.settings.hops_per_inference;
        infer(spotter, hop);
    }
    return taken;
}
