#include "tm_plan.h"

// How the arena is planned. A tensor's memory is taken from the operator that writes it to the
// last one that reads it; at any other time others may lie there. Greedy by size (Pisarchyk and
// Lee, "Efficient Memory Management for Deep Neural Net Inference", 2020, arXiv:2001.03288): the
// largest first, each at the lowest address where it meets nobody who lives at the same time. Those
// that have their place are kept in a list by address, so that one pass along it finds that of the
// next: the work grows with the square of their number.

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
    TM_WHEN_CHECKED;
    m->problem.tensor_index = tensor;
    if (m->tensors[tensor].place == TM_NOWHERE) {
        m->problem.what = TM_WHY_EMPTY_DIMENSION;
        return TM_UNSUPPORTED;
    }
    m->problem.what = what;
    return TM_MALFORMED;
}

static tm_status find_lifetimes_of(tm_interpreter *m, uint16_t index)
{
    const tm_operator *op = &m->operators[index];
    uint32_t read = m->kernels[op->kernel]->inputs;
    for (uint32_t i = 0; i < op->input_count && (read == 0 || i < read); i++) {
        int32_t place = numbers(m, op->inputs)[i];
        if (place < 0)
            continue;
        tm_tensor *tensor = &m->tensors[place];
        if (tensor->place != TM_IN_MODEL && tensor->first == NEVER)
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
        if (m->tensors[place].place != TM_IN_MODEL && m->tensors[place].first == NEVER)
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

// Returns piece i: tensors come first, then operators. It has 0 bytes if there is none.
#ifdef __OPTIMIZE_SIZE__
__attribute__((noinline)) // four copies otherwise
#endif
static piece piece_at(const tm_interpreter *m, uint32_t i)
{
    if (i >= m->tensor_count) {
        uint16_t index = (uint16_t)(i - m->tensor_count);
        tm_operator *op = &m->operators[index];
        piece scratch = {&op->scratch, op->scratch_bytes, index, index};
        return scratch;
    }
    tm_tensor *tensor = &m->tensors[i];
    bool has_own = is_planned(tensor) && tensor->shares == i;
    piece own = {&tensor->data, has_own ? tensor->bytes : 0, tensor->first, tensor->last};
    return own;
}

// Moves order[k] forward, `gap` places at a time, past all that have a higher offset or, with an
// equal one, come later.
static void settle(const tm_interpreter *m, uint16_t *order, uint32_t k, uint32_t gap)
{
    uint16_t one = order[k];
    uint32_t offset = *piece_at(m, one).offset;
    for (; k >= gap; k -= gap) {
        uint16_t other = order[k - gap];
        uint32_t others = *piece_at(m, other).offset;
        if (others < offset || (others == offset && other < one))
            break;
        order[k] = other;
    }
    order[k] = one;
}

// Returns the lowest address from `start` on where `wanted` meets no piece that lives at the same
// time, of the first `count` in the list: those already placed, by offset.
static uint32_t lowest_gap(const tm_interpreter *m, const uint16_t *order, uint32_t count,
                           piece wanted, uint32_t start)
{
    uint32_t address = start;
    for (uint32_t i = 0; i < count; i++) {
        piece other = piece_at(m, order[i]);
        if (*other.offset >= address + wanted.bytes)
            break; // so do all that follow
        bool together = wanted.first <= other.last && other.first <= wanted.last;
        if (together && address < *other.offset + other.bytes)
            address = tm_align(*other.offset + other.bytes);
    }
    return address;
}

uint32_t tm_place_tensors(tm_interpreter *m, uint32_t start)
{
    // The list of pieces lies where tensors will: they are placed when nothing is in them.
    uint16_t *order = (uint16_t *)(void *)(m->arena + start);
    uint32_t count = 0, end = start;
    uint64_t all = start;
    for (uint32_t i = 0; i < (uint32_t)m->tensor_count + m->operator_count; i++) {
        piece one = piece_at(m, i);
        if (one.bytes == 0)
            continue;
        *one.offset = ~one.bytes; // the largest comes first
        all += tm_align(one.bytes);
        end += sizeof *order;
        if (end <= m->arena_bytes)
            order[count++] = (uint16_t)i;
    }
    m->arena_planned = end <= m->arena_bytes;
    if (all > INT32_MAX)
        return UINT32_MAX;
    if (!m->arena_planned)
        return tm_align(end);
    // Shell's sort with Hibbard's gaps: at most about count^1.5 steps (Knuth, volume 3, 5.2.1).
    for (uint32_t gap = INT16_MAX; gap > 0; gap /= 2)
        for (uint32_t k = gap; k < count; k++)
            settle(m, order, k, gap);
    for (uint32_t k = 0; k < count; k++) {
        piece one = piece_at(m, order[k]);
        *one.offset = lowest_gap(m, order, k, one, start);
        if (end < *one.offset + one.bytes)
            end = *one.offset + one.bytes;
        settle(m, order, k, 1);
    }
    for (uint32_t i = 0; i < m->tensor_count; i++)
        if (is_planned(&m->tensors[i]))
            m->tensors[i].data = m->tensors[m->tensors[i].shares].data;
    return tm_align(end);
}
