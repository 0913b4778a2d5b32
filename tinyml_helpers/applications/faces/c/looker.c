#include "looker.h"

#include "tm_memory.h"

static bool has_sizes(const tm_interpreter *m, uint32_t input_bytes, uint32_t output_bytes)
{
    return m->input_count == 1 && m->output_count == 1 && tm_input_bytes(m, 0) == input_bytes &&
           tm_output_bytes(m, 0) == output_bytes;
}

int32_t fd_check_verifier(const tm_interpreter *verifier)
{
    return has_sizes(verifier, FD_CROP_PIXELS, FD_EMBEDDING) ? FD_OK : FD_BAD_MODEL;
}

int32_t fd_set_up(fd_looker *looker, tm_interpreter *detector, tm_interpreter *verifier,
                  int16_t zero_point, uint16_t height, uint16_t width)
{
    memset(looker, 0, sizeof *looker);
    looker->stage = FD_DONE;
    looker->detector = detector;
    looker->verifier = verifier;
    looker->zero_point = zero_point;
    looker->frame.height = height;
    looker->frame.width = width;
    uint32_t rows = height / FD_STRIDE, columns = width / FD_STRIDE;
    if (rows < 1 || rows > FD_MOST_CELLS || columns < 1 || columns > FD_MOST_CELLS ||
        !has_sizes(detector, (uint32_t)height * width, rows * columns * FD_CHANNELS))
        return FD_BAD_MODEL;
    if (verifier != NULL && verifier != detector)
        return fd_check_verifier(verifier);
    return FD_OK;
}

int32_t fd_begin(fd_looker *looker, const uint8_t *pixels, uint32_t purpose,
                 const fd_settings *settings)
{
    memset(&looker->sight, 0, sizeof looker->sight);
    looker->sight.enrolled = looker->enrolled;
    looker->stage = FD_DONE;
    if (purpose == FD_ENROL && looker->verifier == NULL)
        return FD_NO_VERIFIER;
    if (purpose == FD_ENROL && looker->enrolled == FD_ENROLMENTS)
        return FD_FULL;
    looker->frame.pixels = pixels;
    looker->purpose = (uint8_t)purpose;
    looker->settings = *settings;
    looker->stage = FD_DETECT;
    return FD_OK;
}

void fd_detect(tm_interpreter *detector, const uint8_t *pixels)
{
    int8_t *input = tm_input_data(detector, 0);
    uint32_t count = tm_input_bytes(detector, 0);
    for (uint32_t i = 0; i < count; i++)
        input[i] = (int8_t)(pixels[i] - 128);
    tm_invoke(detector);
}

static void find_boxes(fd_looker *looker)
{
    looker->sight.faces = (uint8_t)fd_boxes(
        tm_output_data(looker->detector, 0), looker->frame.height / FD_STRIDE,
        looker->frame.width / FD_STRIDE, looker->settings.face_threshold, looker->sight.boxes);
}

// Returns whether there is a face for the verifier.
static bool is_to_verify(const fd_looker *looker)
{
    if (looker->verifier == NULL)
        return false;
    if (looker->purpose == FD_ENROL)
        return looker->sight.faces == 1;
    return looker->sight.faces > 0 && looker->enrolled == FD_ENROLMENTS;
}

// Cuts the largest face out; of equal ones the best.
static void crop(fd_looker *looker)
{
    const fd_box *largest = &looker->sight.boxes[0];
    for (uint32_t i = 1; i < looker->sight.faces; i++)
        if (looker->sight.boxes[i].side > largest->side)
            largest = &looker->sight.boxes[i];
    fd_crop(&looker->frame, largest, tm_input_data(looker->verifier, 0));
}

static void compare(fd_looker *looker)
{
    int16_t embedding[FD_EMBEDDING];
    fd_embedding(tm_output_data(looker->verifier, 0), looker->zero_point, embedding);
    if (looker->purpose == FD_ENROL) {
        fd_enrol(&looker->face, embedding);
        looker->sight.enrolled = ++looker->enrolled;
        return;
    }
    int32_t similarity = fd_similarity(&looker->face, embedding);
    looker->sight.compared = 1;
    looker->sight.similarity = (int16_t)similarity;
    looker->sight.unlocked = similarity >= looker->settings.unlock_threshold;
}

void fd_step(fd_looker *looker)
{
    switch (looker->stage) {
    case FD_DETECT:
        fd_detect(looker->detector, looker->frame.pixels);
        looker->stage = FD_BOXES;
        break;
    case FD_BOXES:
        find_boxes(looker);
        looker->stage = is_to_verify(looker) ? FD_CROP : FD_DONE;
        break;
    case FD_CROP:
        crop(looker);
        looker->stage = FD_VERIFY;
        break;
    case FD_VERIFY:
        tm_invoke(looker->verifier);
        looker->stage = FD_COMPARE;
        break;
    case FD_COMPARE:
        compare(looker);
        looker->stage = FD_DONE;
        break;
    default:
        break;
    }
}

void fd_forget(fd_looker *looker)
{
    memset(&looker->face, 0, sizeof looker->face);
    memset(&looker->sight, 0, sizeof looker->sight);
    looker->enrolled = 0;
}
