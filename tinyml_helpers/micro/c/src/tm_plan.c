#include "tm_plan.h"

// How the arena is planned. A tensor's memory is taken from the operator that writes it to the
// last one that reads it; at any other time others may lie there. Greedy by size (Pisarchyk and
// Lee, "Efficient Memory Management for Deep Neural Net Inference", 2020, arXiv:2001.03288): the
// largest first, each at the lowest address where it meets nobody who lives at the same time.

// A tensor nobody has written yet.
#define NEVER UINT16_MAX

static const int32_t *numbers(const tm_interpreter *m, uint32_t offset)
{
    return (const int32_t *)(const void *)(m->model + offset);
}

static bool is_planned(const tm_tensor *tensor)
{
    return tensor->place == TM_IN_ARENA || tensor->place == TM_VARIABLE;
}

static tm_status malformed(tm_interpreter *m, int32_t tensor, const char *what)
{
    m->problem.tensor_index = tensor;
    m->problem.what = what;
    return TM_MALFORMED;
}

static tm_status find_lifetimes_of(tm_interpreter *m, uint16_t index)
{
    const tm_operator *op = &m->operators[index];
    for (uint32_t i = 0; i < op->input_count; i++) {
        int32_t place = numbers(m, op->inputs)[i];
        if (place < 0)
            continue;
        tm_tensor *tensor = &m->tensors[place];
        if (is_planned(tensor) && tensor->first == NEVER)
            return malformed(m, place, TM_WHY_READ_TOO_EARLY);
        if (tensor->last < index)
            tensor->last = index;
    }
    for (uint32_t i = 0; i < op->output_count; i++) {
        int32_t place = numbers(m, op->outputs)[i];
        tm_tensor *tensor = &m->tensors[place];
        if (tensor->place != TM_IN_ARENA || tensor->first != NEVER)
            return malformed(m, place, TM_WHY_NOT_TO_WRITE);
        tensor->first = tensor->last = index;
    }
    return TM_OK;
}

tm_status tm_find_lifetimes(tm_interpreter *m, bool keep_all)
{
    for (uint32_t i = 0; i < m->tensor_count; i++) {
        tm_tensor *tensor = &m->tensors[i];
        tensor->first = NEVER;
        tensor->last = 0;
        tensor->shares = (uint16_t)i;
        if (tensor->place == TM_VARIABLE) {
            tensor->first = 0;
            tensor->last = m->operator_count;
        }
    }
    for (uint32_t i = 0; i < m->input_count; i++) {
        int32_t place = numbers(m, m->inputs)[i];
        if (m->tensors[place].place != TM_IN_ARENA)
            return malformed(m, place, TM_WHY_INPUT_WITH_VALUE);
        m->tensors[place].first = 0;
    }
    for (uint16_t i = 0; i < m->operator_count; i++) {
        tm_status status = find_lifetimes_of(m, i);
        if (status != TM_OK)
            return status;
    }
    for (uint32_t i = 0; i < m->output_count; i++) {
        int32_t place = numbers(m, m->outputs)[i];
        if (is_planned(&m->tensors[place]) && m->tensors[place].first == NEVER)
            return malformed(m, place, TM_WHY_OUTPUT_UNWRITTEN);
        m->tensors[place].last = m->operator_count;
    }
    for (uint32_t i = 0; i < m->tensor_count; i++) {
        tm_tensor *tensor = &m->tensors[i];
        if (tensor->place == TM_IN_ARENA && tensor->first == NEVER)
            tensor->place = TM_NOWHERE; // nobody uses it
        else if (keep_all)
            tensor->last = m->operator_count;
    }
    return TM_OK;
}

void tm_share_memory(tm_interpreter *m)
{
    for (uint32_t i = 0; i < m->operator_count; i++) {
        const tm_operator *op = &m->operators[i];
        for (uint32_t k = 0; k < 8 && k < op->input_count; k++) { // the bits of in_place
            if ((op->in_place >> k & 1) == 0)
                continue;
            int32_t from = numbers(m, op->inputs)[k];
            int32_t to = numbers(m, op->outputs)[0];
            if (from < 0 || m->tensors[from].place != TM_IN_ARENA)
                continue;
            tm_tensor *owner = &m->tensors[m->tensors[from].shares];
            if (owner->last != i || m->tensors[to].bytes > owner->bytes)
                continue; // somebody needs the input later, or the output wouldn't fit
            m->tensors[to].shares = m->tensors[from].shares;
            owner->last = m->tensors[to].last;
            break;
        }
    }
}

// A piece of memory to place: a tensor that has its own memory, or an operator's scratch memory.
typedef struct {
    uint32_t *offset;
    uint32_t bytes;
    uint16_t first, last;
} piece;

static uint32_t piece_count(const tm_interpreter *m)
{
    return (uint32_t)m->tensor_count + m->operator_count;
}

// Returns the bytes of piece i, 0 for a tensor without memory of its own.
static uint32_t piece_bytes(const tm_interpreter *m, uint32_t i)
{
    if (i >= m->tensor_count)
        return m->operators[i - m->tensor_count].scratch_bytes;
    const tm_tensor *tensor = &m->tensors[i];
    return is_planned(tensor) && tensor->shares == i ? tensor->bytes : 0;
}

// Returns piece i, of which there are bytes.
__attribute__((noinline)) static piece piece_at(const tm_interpreter *m, uint32_t i)
{
    if (i >= m->tensor_count) {
        tm_operator *op = &m->operators[i - m->tensor_count];
        uint16_t index = (uint16_t)(i - m->tensor_count);
        piece scratch = {&op->scratch, op->scratch_bytes, index, index};
        return scratch;
    }
    tm_tensor *tensor = &m->tensors[i];
    piece own = {&tensor->data, tensor->bytes, tensor->first, tensor->last};
    return own;
}

// Returns the lowest address from `start` on where `wanted` meets no piece already placed (those
// whose offset isn't UINT32_MAX) that lives at the same time.
static uint32_t lowest_gap(const tm_interpreter *m, piece wanted, uint32_t start)
{
    uint32_t address = start;
    bool moved = true;
    while (moved) {
        moved = false;
        for (uint32_t i = 0; i < piece_count(m); i++) {
            if (piece_bytes(m, i) == 0)
                continue;
            piece other = piece_at(m, i);
            if (*other.offset == UINT32_MAX)
                continue;
            bool together = wanted.first <= other.last && other.first <= wanted.last;
            if (together && address < *other.offset + other.bytes &&
                *other.offset < address + wanted.bytes) {
                address = tm_align(*other.offset + other.bytes);
                moved = true;
            }
        }
    }
    return address;
}

uint32_t tm_place_tensors(tm_interpreter *m, uint32_t start)
{
    uint64_t all = start;
    for (uint32_t i = 0; i < piece_count(m); i++) {
        uint32_t bytes = piece_bytes(m, i);
        if (bytes == 0)
            continue;
        *piece_at(m, i).offset = UINT32_MAX;
        all += tm_align(bytes);
    }
    if (all > INT32_MAX)
        return UINT32_MAX;
    uint32_t end = start;
    for (;;) {
        piece largest = {NULL, 0, 0, 0};
        for (uint32_t i = 0; i < piece_count(m); i++) {
            if (piece_bytes(m, i) <= largest.bytes)
                continue;
            piece one = piece_at(m, i);
            if (*one.offset == UINT32_MAX)
                largest = one;
        }
        if (largest.bytes == 0)
            break;
        *largest.offset = lowest_gap(m, largest, start);
        if (end < *largest.offset + largest.bytes)
            end = *largest.offset + largest.bytes;
    }
    for (uint32_t i = 0; i < m->tensor_count; i++)
        if (is_planned(&m->tensors[i]))
            m->tensors[i].data = m->tensors[m->tensors[i].shares].data;
    return tm_align(end);
}
