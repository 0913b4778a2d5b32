// web_engine.c: what a web page calls of the micro-interpreter. A page makes an instance of the
// module for each model, so that there is one interpreter in it, and nothing to free.
//
//     web_load(model, model_bytes, arena, arena_bytes)     TM_OK, or what is wrong: tm_init
//     web_interpreter()                                    for tm_invoke and the others of micro.h
//     web_place_of_tensor(index), web_place_of_scratch(index)
#include "web_engine.h"

#include "kernels.h"

int32_t web_load(const void *model, uint32_t model_bytes, void *arena, uint32_t arena_bytes);
const tm_tensor_place *web_place_of_tensor(uint32_t index);
const tm_tensor_place *web_place_of_scratch(uint32_t index);

#define WEB_POINTER(name) &tm_##name,
const tm_kernel *const web_kernels[] = {TM_KERNELS(WEB_POINTER) NULL};

static tm_interpreter interpreter;
static tm_tensor_place place;

tm_interpreter *web_interpreter(void)
{
    return &interpreter;
}

// Loads a model; as tm_init, whose rules for memory hold.
int32_t web_load(const void *model, uint32_t model_bytes, void *arena, uint32_t arena_bytes)
{
    return tm_init(&interpreter, model, model_bytes, web_kernels, arena, arena_bytes, 0);
}

// As tm_tensor_at; what is returned holds until the next call of either.
const tm_tensor_place *web_place_of_tensor(uint32_t index)
{
    place = tm_tensor_at(&interpreter, index);
    return &place;
}

// As tm_scratch_at.
const tm_tensor_place *web_place_of_scratch(uint32_t index)
{
    place = tm_scratch_at(&interpreter, index);
    return &place;
}
