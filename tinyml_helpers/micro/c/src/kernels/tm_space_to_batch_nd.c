// SPACE_TO_BATCH_ND cuts pictures into those of every second (third, ...) pixel, which become
// batches; BATCH_TO_SPACE_ND puts such pictures together again and crops them. A dilated
// convolution is a plain one between the two.
#include "tm_requantize.h"
#include "tm_walk.h"

enum { BATCH_TO_SPACE_ND = 37, SPACE_TO_BATCH_ND = 38 };

// Both sides of the operator: `whole`, the pictures [B, H, W, C], and `cut`, those that are parts
// of them, [B × blocks, H', W', C].
typedef struct {
    tm_nhwc whole, cut;
    int32_t block_y, block_x;
    int32_t crop_y, crop_x; // rows and columns that are left out in front
} job;

// Returns a tensor's shape, of which one of three dimensions has no width.
static tm_nhwc shape_of(const tm_interpreter *m, const tm_tensor *tensor)
{
    const int32_t *dims = tm_dims(m, tensor);
    tm_nhwc shape = {dims[0], dims[1], tensor->rank == 4 ? dims[2] : 1, dims[tensor->rank - 1]};
    return shape;
}

// Whether an axis of `size`, with what is cropped, is `block` times that of its parts.
static bool fits(int32_t size, int32_t block, const int32_t *crops, int32_t part)
{
    return block >= 1 && crops[0] >= 0 && crops[1] >= 0 &&
           (int64_t)size + crops[0] + crops[1] == (int64_t)part * block;
}

// Needs: ranks of 3 or 4, and constants of fitting size. Returns false if shapes don't fit.
static bool describe(tm_interpreter *m, const tm_operator *op, const tm_tensor *whole,
                     const tm_tensor *cut, job *j)
{
    static const int32_t no_crops[2] = {0, 0};
    const int32_t *block = tm_data(m, tm_input(m, op, 1)), *crops = tm_data(m, tm_input(m, op, 2));
    bool is_flat = whole->rank == 3;
    j->whole = shape_of(m, whole);
    j->cut = shape_of(m, cut);
    j->block_y = block[0];
    j->block_x = is_flat ? 1 : block[1];
    j->crop_y = crops[0];
    j->crop_x = is_flat ? 0 : crops[2];
    return j->whole.channels == j->cut.channels &&
           fits(j->whole.height, j->block_y, crops, j->cut.height) &&
           fits(j->whole.width, j->block_x, is_flat ? no_crops : crops + 2, j->cut.width) &&
           (int64_t)j->whole.batch * j->block_y * j->block_x == j->cut.batch;
}

static tm_status prepare(tm_interpreter *m, tm_operator *op, const tm_tensor *whole,
                         const tm_tensor *cut)
{
    if (whole == NULL || cut == NULL)
        return tm_refuse(m, op, TM_MALFORMED, TM_WHY_WRONG_COUNT);
    if (whole->type != cut->type || tm_type_bytes(whole->type) == 0)
        return tm_refuse(m, op, TM_UNSUPPORTED, TM_WHY_WRONG_TYPES);
    if (whole->rank != cut->rank || whole->rank < 3 || whole->rank > 4)
        return tm_refuse(m, op, TM_UNSUPPORTED, TM_WHY_WRONG_SHAPE);
    if (!tm_is_constant_i32(m, tm_input(m, op, 1), whole->rank - 2) ||
        !tm_is_constant_i32(m, tm_input(m, op, 2), 2 * (whole->rank - 2)))
        return tm_refuse(m, op, TM_UNSUPPORTED, TM_WHY_BLOCKS);
    job j;
    if (!describe(m, op, whole, cut, &j))
        return tm_refuse(m, op, TM_MALFORMED, TM_WHY_WRONG_SHAPE);
    return TM_OK;
}

// Copies every pixel of the parts from, or to, its place in a whole picture, those that lie off it
// left out.
static void invoke(tm_interpreter *m, const tm_operator *op, const tm_tensor *whole,
                   const tm_tensor *cut, bool cuts)
{
    job j;
    describe(m, op, whole, cut, &j);
    uint32_t bytes = (uint32_t)j.whole.channels * tm_type_bytes(whole->type);
    uint8_t *pictures = tm_data(m, whole), *part = tm_data(m, cut);
    for (int32_t b = 0; b < j.cut.batch; b++) {
        int32_t block = b / j.whole.batch;
        for (int32_t i = 0; i < j.cut.height; i++)
            for (int32_t k = 0; k < j.cut.width; k++, part += bytes) {
                int32_t y = i * j.block_y + block / j.block_x - j.crop_y;
                int32_t x = k * j.block_x + block % j.block_x - j.crop_x;
                bool inside = y >= 0 && y < j.whole.height && x >= 0 && x < j.whole.width;
                int32_t row = b % j.whole.batch * j.whole.height + y;
                if (!inside)
                    continue;
                uint8_t *pixel = pictures + (uint32_t)(row * j.whole.width + x) * bytes;
                memcpy(cuts ? part : pixel, cuts ? pixel : part, bytes);
            }
    }
}

static tm_status prepare_cut(tm_interpreter *m, tm_operator *op)
{
    tm_status status = prepare(m, op, tm_input(m, op, 0), tm_output(m, op, 0));
    const int32_t *padding = status == TM_OK ? tm_data(m, tm_input(m, op, 2)) : NULL;
    for (int32_t i = 0; status == TM_OK && i < tm_elements(m, tm_input(m, op, 2)); i++)
        if (padding[i] != 0)
            return tm_refuse(m, op, TM_UNSUPPORTED, TM_WHY_PADDED_BLOCKS);
    return status;
}

static void invoke_cut(tm_interpreter *m, const tm_operator *op)
{
    invoke(m, op, tm_input(m, op, 0), tm_output(m, op, 0), true);
}

static tm_status prepare_join(tm_interpreter *m, tm_operator *op)
{
    return prepare(m, op, tm_output(m, op, 0), tm_input(m, op, 0));
}

static void invoke_join(tm_interpreter *m, const tm_operator *op)
{
    invoke(m, op, tm_output(m, op, 0), tm_input(m, op, 0), false);
}

const tm_kernel tm_space_to_batch_nd = {SPACE_TO_BATCH_ND, 4, prepare_cut, invoke_cut, 1, 3};
const tm_kernel tm_batch_to_space_nd = {BATCH_TO_SPACE_ND, 4, prepare_join, invoke_join, 1, 3};
