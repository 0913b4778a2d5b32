// Boxes, crops and similarities as a program, for sanitizers: what comes in is a grid of 12 by 12
// cells, a frame of 96 by 96 pixels and an embedding, again and again; what goes out are the boxes,
// the crop of the first, and the embedding's similarity to a template of those before it.

#include <stdio.h>

#include "boxes.h"
#include "crop.h"
#include "verify.h"

int main(void)
{
    static int8_t grid[12 * 12 * FD_CHANNELS], crop[FD_CROP_PIXELS];
    static uint8_t pixels[96 * 96];
    static int16_t embedding[FD_EMBEDDING];
    fd_template face = {{0}};
    uint32_t enrolled = 0;
    while (fread(grid, sizeof grid, 1, stdin) == 1 && fread(pixels, sizeof pixels, 1, stdin) == 1 &&
           fread(embedding, sizeof embedding, 1, stdin) == 1) {
        fd_box boxes[FD_MAX_FACES] = {{0, 0, 0, 0, 0}};
        uint32_t count = fd_boxes(grid, 12, 12, 100, boxes);
        if (count == 0)
            boxes[0] = (fd_box){-32768, 32767, 32767, 0, 0};
        fd_frame frame = {pixels, 96, 96};
        fd_crop(&frame, &boxes[0], crop);
        int16_t similarity = (int16_t)fd_similarity(&face, embedding);
        if (enrolled < FD_ENROLMENTS) {
            fd_enrol(&face, embedding);
            enrolled++;
        }
        fwrite(boxes, sizeof boxes, 1, stdout);
        fwrite(crop, sizeof crop, 1, stdout);
        fwrite(&similarity, sizeof similarity, 1, stdout);
    }
    return 0;
}
