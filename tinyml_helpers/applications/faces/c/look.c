#include "look.h"

#include "board.h"
#include "looker.h"
#include "program.h"
#include "tm_memory.h"
#ifdef TM_LIVE
#include "sensor.h"
#endif

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

#ifdef TM_LIVE
static tm_interpreter *live_interpreter;
static bool has_frame;

// Takes the camera's newest frame, if there is one that wasn't taken yet. Returns its pixels.
static uint32_t take_frame(void)
{
    uint32_t taken = 0;
    int16_t pixels[64];
    for (uint32_t count = 1; count > 0 && taken < frame_bytes();) {
        uint32_t left = frame_bytes() - taken;
        count = sensor_read(pixels, left < 64 ? left : 64);
        for (uint32_t i = 0; i < count; i++)
            look_frame[taken++] = (uint8_t)pixels[i];
    }
    has_frame = has_frame || taken > 0;
    return taken;
}

static const char *live_start(tm_interpreter *interpreter)
{
    live_interpreter = interpreter;
    has_frame = false;
    return NULL;
}

// What was answered last stays so: a question that comes twice enrols once.
static uint32_t live_take(bool *happened)
{
    uint32_t taken = take_frame();
    if (taken == 0)
        return 0;
    bool had_answer = has_answer;
    uint32_t number = last_number;
    uint8_t type = last_type;
    memcpy(&header.settings, live_settings, sizeof header.settings);
    const char *problem = begin(LOOK, live_interpreter);
    has_answer = had_answer;
    last_number = number;
    last_type = type;
    *happened = problem == NULL &&
                (look_verifier == NULL ? looker.sight.faces > 0 : looker.sight.unlocked);
    return taken;
}

const tm_live look_live = {live_start, live_start, live_take};

// Checks a message of a live program. Returns NULL, or what is wrong.
static const char *see_own_frame(const protocol_message *message)
{
    if (message->length != sizeof header)
        return "takes its frames from its own camera";
    if (live_problem() != NULL)
        return live_problem();
    take_frame();
    return has_frame ? NULL : "has no frame of its camera yet";
}
#endif

static const char *forget(const protocol_message *message)
{
    if (message->length != 0)
        return "takes another number of bytes";
    fd_forget(&looker);
    memset(look_frame, 0, frame_bytes());
    has_answer = false;
#ifdef TM_LIVE
    has_frame = false;
#endif
    protocol_answer(FORGET | ANSWER, message->number, 0);
    protocol_end();
    return NULL;
}

const char *look_answer(const protocol_message *message, tm_interpreter *interpreter)
{
    if (message->type == FORGET)
        return forget(message);
#ifdef TM_LIVE
    const char *unseen = see_own_frame(message);
    if (unseen != NULL)
        return unseen;
#else
    if (message->length != sizeof header + frame_bytes())
        return "takes another number of bytes";
#endif
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
