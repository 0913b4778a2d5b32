// fd_batch.c: what Python calls on this computer: many frames or faces at once. Not for boards.
#include "looker.h"
#include "tm_memory.h"

size_t fd_looker_bytes(void);
void fd_detect_all(tm_interpreter *detector, const uint8_t *frames, uint32_t count, int8_t *grids);
void fd_boxes_all(const int8_t *grids, uint32_t count, uint32_t rows, uint32_t columns,
                  uint8_t threshold, fd_box *boxes, uint32_t *found);
void fd_crop_all(const uint8_t *frames, uint32_t count, uint16_t height, uint16_t width,
                 const fd_box *boxes, int8_t *crops);
void fd_verify_all(tm_interpreter *verifier, int16_t zero_point, const int8_t *crops,
                   uint32_t count, int16_t *embeddings);
void fd_similarity_all(const fd_template *face, const int16_t *embeddings, uint32_t count,
                       int16_t *similarities);

size_t fd_looker_bytes(void)
{
    return sizeof(fd_looker);
}

// frames: [count, height, width]. grids: [count, rows, columns, 4], written.
void fd_detect_all(tm_interpreter *detector, const uint8_t *frames, uint32_t count, int8_t *grids)
{
    uint32_t pixels = tm_input_bytes(detector, 0), codes = tm_output_bytes(detector, 0);
    for (uint32_t i = 0; i < count; i++) {
        fd_detect(detector, frames + (size_t)i * pixels);
        memcpy(grids + (size_t)i * codes, tm_output_data(detector, 0), codes);
    }
}

// grids: [count, rows, columns, 4]. boxes: [count, FD_MAX_FACES]; found: [count], how many of them
// were written.
void fd_boxes_all(const int8_t *grids, uint32_t count, uint32_t rows, uint32_t columns,
                  uint8_t threshold, fd_box *boxes, uint32_t *found)
{
    for (uint32_t i = 0; i < count; i++) {
        found[i] = fd_boxes(grids, rows, columns, threshold, boxes);
        grids += rows * columns * FD_CHANNELS;
        boxes += FD_MAX_FACES;
    }
}

// frames: [count, height, width]. boxes: [count], one in each frame. crops: [count, 48, 48],
// written.
void fd_crop_all(const uint8_t *frames, uint32_t count, uint16_t height, uint16_t width,
                 const fd_box *boxes, int8_t *crops)
{
    for (uint32_t i = 0; i < count; i++) {
        fd_frame frame = {frames + (size_t)i * height * width, height, width};
        fd_crop(&frame, &boxes[i], crops + (size_t)i * FD_CROP_PIXELS);
    }
}

// crops: [count, 48, 48]. embeddings: [count, 64], written.
void fd_verify_all(tm_interpreter *verifier, int16_t zero_point, const int8_t *crops,
                   uint32_t count, int16_t *embeddings)
{
    for (uint32_t i = 0; i < count; i++) {
        memcpy(tm_input_data(verifier, 0), crops + (size_t)i * FD_CROP_PIXELS, FD_CROP_PIXELS);
        tm_invoke(verifier);
        fd_embedding(tm_output_data(verifier, 0), zero_point,
                     embeddings + (size_t)i * FD_EMBEDDING);
    }
}

// embeddings: [count, 64]. similarities: [count], written.
void fd_similarity_all(const fd_template *face, const int16_t *embeddings, uint32_t count,
                       int16_t *similarities)
{
    for (uint32_t i = 0; i < count; i++)
        similarities[i] = (int16_t)fd_similarity(face, embeddings + (size_t)i * FD_EMBEDDING);
}
