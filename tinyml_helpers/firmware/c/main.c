// main.c: a board that runs one model and answers the computer; see protocol.h.
#include "board.h"
#include "program.h"
#include "program_application.h" // made for each program: `program_application`, or NULL for none
#include "protocol.h"
#include <stdbool.h>
#ifdef TM_LIVE
#include "live.h"
#endif

static tm_interpreter interpreter;
static uint32_t start_ticks;
static protocol_message message;
static uint8_t ping[PING_BYTES];

__attribute__((noinline)) void board_ready(void)
{
    __asm__ volatile(""); // keeps the call, so that there is a place to measure at
}

static uint32_t text_length(const char *text)
{
    uint32_t length = 0;
    while (text[length] != 0)
        length++;
    return length;
}

// Answers ERROR, with a sentence in two parts.
static void answer_error(const char *subject, const char *what)
{
    uint32_t bytes[2] = {text_length(subject), text_length(what)};
    protocol_answer(PROTOCOL_ERROR, message.number, bytes[0] + bytes[1]);
    protocol_send(subject, bytes[0]);
    protocol_send(what, bytes[1]);
    protocol_end();
}

// Whether `message` is one of the application's.
static bool is_for_application(void)
{
    return program_application != NULL && message.type >= program_application->first_message &&
           message.type <= program_application->last_message;
}

// Says where the payload of `message` goes: all inputs, or `ping`.
static protocol_space payload_space(uint32_t place)
{
    if (is_for_application())
        return program_application->space(&message, place);
#ifdef TM_LIVE
    if (live_has_message(message.type))
        return live_space(&message, place);
#endif
    protocol_space space = {ping, 0};
    if (message.type == INVOKE || message.type == PROFILE) {
        space.to = tm_input_data(&interpreter, place);
        space.bytes = tm_input_bytes(&interpreter, place);
    } else if (place == 0) {
        space.bytes = sizeof ping;
    }
    return space;
}

static uint32_t input_bytes(void)
{
    uint32_t bytes = 0;
    for (uint32_t i = 0; i < interpreter.input_count; i++)
        bytes += tm_input_bytes(&interpreter, i);
    return bytes;
}

static uint32_t output_bytes(void)
{
    uint32_t bytes = 0;
    for (uint32_t i = 0; i < interpreter.output_count; i++)
        bytes += tm_output_bytes(&interpreter, i);
    return bytes;
}

static void answer_info(void)
{
    tm_info info = {
        PROTOCOL_VERSION, board_clock_hz, board_tick_hz, tm_model_size,
        protocol_crc(0, tm_model, tm_model_size), tm_arena_size, start_ticks,
        interpreter.operator_count, input_bytes(), output_bytes(),
    };
    uint32_t name = text_length(board_name);
    protocol_answer(INFO | ANSWER, message.number, (uint32_t)sizeof info + name);
    protocol_send(&info, sizeof info);
    protocol_send(board_name, name);
    protocol_end();
}

static void answer_invoke(void)
{
    uint32_t ticks = board_ticks();
    tm_invoke(&interpreter);
    ticks = board_ticks() - ticks;
    board_ready();
    protocol_answer(INVOKE | ANSWER, message.number, output_bytes() + (uint32_t)sizeof ticks);
    protocol_send(&ticks, sizeof ticks);
    for (uint32_t i = 0; i < interpreter.output_count; i++)
        protocol_send(tm_output_data(&interpreter, i), tm_output_bytes(&interpreter, i));
    protocol_end();
}

static void answer_profile(void)
{
    protocol_answer(PROFILE | ANSWER, message.number,
                    interpreter.operator_count * (uint32_t)sizeof(uint32_t));
    for (uint32_t i = 0; i < interpreter.operator_count; i++) {
        uint32_t ticks = board_ticks();
        tm_invoke_operator(&interpreter, i);
        ticks = board_ticks() - ticks;
        protocol_send(&ticks, sizeof ticks);
    }
    protocol_end();
}

// Answers with the payload that came, or an empty one.
static void answer_same(uint8_t type)
{
    protocol_answer(type | ANSWER, message.number, message.length);
    protocol_send(ping, message.length);
    protocol_end();
}

static void answer(tm_status status)
{
    bool runs = message.type == INVOKE || message.type == PROFILE;
    if (runs && status != TM_OK) {
        answer_error("the model ", interpreter.problem.what);
    } else if (runs && message.length != input_bytes()) {
        answer_error("the model ", "takes another number of bytes");
    } else if (is_for_application()) {
        const char *problem = program_application->answer(&message, &interpreter);
        if (problem != NULL)
            answer_error(program_application->subject, problem);
#ifdef TM_LIVE
    } else if (live_has_message(message.type)) {
        const char *problem = live_answer(&message);
        if (problem != NULL)
            answer_error("the recorder ", problem);
#endif
    } else if (message.type == INVOKE) {
        answer_invoke();
    } else if (message.type == PROFILE) {
        answer_profile();
    } else if (message.type == INFO) {
        answer_info();
    } else if (message.type == PING && message.length <= PING_BYTES) {
        answer_same(PING);
    } else if (message.type == RESET && message.length == 0) {
        tm_reset(&interpreter);
        answer_same(RESET);
    } else {
        answer_error("the firmware ", "doesn't know that message");
    }
}

int main(void)
{
    board_start();
    uint32_t ticks = board_ticks();
    tm_status status = tm_init(&interpreter, tm_model, tm_model_size, tm_used_kernels, tm_arena,
                               tm_arena_size, 0);
    start_ticks = board_ticks() - ticks;
    board_ready();
#ifdef TM_LIVE
    if (status == TM_OK)
        live_begin(&interpreter);
#endif
    for (;;) {
        protocol_receive(&message, payload_space);
        answer(status);
    }
}
