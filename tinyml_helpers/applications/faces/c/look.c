#include "look.h"

#include "board.h"
#include "looker.h"
#include "program.h"
#include "tm_memory.h"

// A frame has memory of its own, `look_frame`, of 9,216 bytes for 96 by 96 pixels. It can't lie in
// the detector's input, in the arena: that memory is used again for other tensors while the model
// runs, and afterwards the face is still to be cut out of the frame. With a camera its driver would
// write here; in this program the computer's messages do.
//
// The two models share the arena, and the interpreter: once there are boxes, nobody needs what the
// detector left there. Loading the verifier, and the detector again, takes 1 to 2% of the time of a
// frame with a face; a second arena would take its RAM all the time.

static fd_looker looker;
static bool is_set_up;

// Payloads that are being received.
static struct {
    uint32_t number;
    fd_settings settings;
} header;

// What came of the last frame: kept, to answer it again. Its sight is in the looker.
static bool has_answer;
static uint32_t last_number;
static uint8_t last_type;
static uint32_t ticks[LOOK_PARTS];

static uint32_t frame_bytes(void)
{
    return (uint32_t)look_height * look_width;
}

protocol_space look_space(const protocol_message *message, uint32_t place)
{
    protocol_space space = {NULL, 0};
    if (message->type == FORGET)
        return space;
    if (place == 0) {
        space.to = (uint8_t *)&header;
        space.bytes = sizeof header;
    } else if (place == 1) {
        space.to = look_frame;
        space.bytes = frame_bytes();
    }
    return space;
}

// Loads a model into the arena, where the other one was.
static bool load(tm_interpreter *interpreter, const void *model, uint32_t bytes)
{
    return tm_init(interpreter, model, bytes, tm_used_kernels, tm_arena, tm_arena_size, 0) == TM_OK;
}

// Looks at the frame. Returns NULL, or what is wrong.
static const char *look(tm_interpreter *interpreter)
{
    const char *problem = NULL;
    bool swapped = false;
    while (looker.stage != FD_DONE && problem == NULL) {
        uint32_t stage = looker.stage;
        uint32_t start = board_ticks();
        if (stage == FD_CROP && !swapped) {
            swapped = true;
            if (!load(interpreter, look_verifier, look_verifier_bytes) ||
                fd_check_verifier(interpreter) != FD_OK)
                problem = "can't use the verifier";
            ticks[LOOK_LOAD] += board_ticks() - start;
        } else {
            fd_step(&looker);
            ticks[stage] += board_ticks() - start;
        }
    }
    if (swapped) {
        uint32_t start = board_ticks();
        load(interpreter, tm_model, tm_model_size); // it could be loaded before
        ticks[LOOK_LOAD] += board_ticks() - start;
    }
    return problem;
}

// Looks at a new frame. Returns NULL, or what is wrong.
static const char *begin(uint8_t type, tm_interpreter *interpreter)
{
    has_answer = false;
    memset(ticks, 0, sizeof ticks);
    if (!is_set_up && fd_set_up(&looker, interpreter, look_verifier == NULL ? NULL : interpreter,
                                look_zero_point, look_height, look_width) != FD_OK)
        return "can't use this model";
    is_set_up = true;
    int32_t status = fd_begin(&looker, look_frame, type == ENROL ? FD_ENROL : FD_LOOK,
                              &header.settings);
    if (status == FD_FULL)
        return "has a whole template already";
    if (status == FD_NO_VERIFIER)
        return "has no verifier";
    const char *problem = look(interpreter);
    board_ready();
    if (problem != NULL)
        return problem;
    has_answer = true;
    last_number = header.number;
    last_type = type;
    return NULL;
}

static const char *forget(const protocol_message *message)
{
    if (message->length != 0)
        return "takes another number of bytes";
    fd_forget(&looker);
    memset(look_frame, 0, frame_bytes());
    has_answer = false;
    protocol_answer(FORGET | ANSWER, message->number, 0);
    protocol_end();
    return NULL;
}

const char *look_answer(const protocol_message *message, tm_interpreter *interpreter)
{
    if (message->type == FORGET)
        return forget(message);
    if (message->length != sizeof header + frame_bytes())
        return "takes another number of bytes";
    if (!has_answer || header.number != last_number || message->type != last_type) {
        const char *problem = begin(message->type, interpreter);
        if (problem != NULL)
            return problem;
    }
    protocol_answer(message->type | ANSWER, message->number,
                    (uint32_t)(sizeof ticks + sizeof looker.sight));
    protocol_send(ticks, sizeof ticks);
    protocol_send(&looker.sight, sizeof looker.sight);
    protocol_end();
    return NULL;
}
