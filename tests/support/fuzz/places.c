// places.c: walks a file as a .tflite, however broken, and picks a place of a kind. Field numbers
// are those of TensorFlow Lite's schema.fbs.
#include "places.h"

// Takes note of a place, so that in the end each of the wanted kind was as likely to be kept.
static void note(file *f, uint32_t at, kind what)
{
    if (what != f->wanted || at == 0 || at >= f->count)
        return;
    f->seen++;
    if (below(f, f->seen) == 0)
        f->place = at;
    if (below(f, f->seen) == 0)
        f->other = at;
}

// Returns where the distance stored at a place leads, 0 if there is no such place.
static uint32_t follow(file *f, uint32_t at)
{
    uint32_t distance = at == 0 ? 0 : get(f, at, 4);
    note(f, at, DISTANCE);
    return distance == 0 || distance >= f->count - at ? 0 : at + distance;
}

// Returns the place of a table's field, 0 if it is left out.
static uint32_t field(file *f, uint32_t table, uint32_t number)
{
    if (table == 0)
        return 0;
    uint32_t vtable = table - get(f, table, 4), entry = 4 + 2 * number;
    if (entry + 2 > get(f, vtable, 2))
        return 0;
    note(f, vtable + entry, VTABLE_ENTRY);
    uint32_t offset = get(f, vtable + entry, 2);
    return offset == 0 ? 0 : table + offset;
}

// Returns the place of a vector's count in a table's field, 0 if it is left out.
static uint32_t vector(file *f, uint32_t table, uint32_t number)
{
    uint32_t start = follow(f, field(f, table, number));
    note(f, start, COUNT);
    return start;
}

// Takes note of a vector's elements, up to a number of them.
static void note_elements(file *f, uint32_t start, kind what, uint32_t most)
{
    uint32_t count = start == 0 ? 0 : get(f, start, 4);
    for (uint32_t i = 0; i < count && i < most; i++)
        note(f, start + 4 + i * kind_bytes[what], what);
}

// Calls a function for each table of a vector.
static void each_table(file *f, uint32_t start, void (*visit)(file *f, uint32_t table))
{
    uint32_t count = start == 0 ? 0 : get(f, start, 4);
    for (uint32_t i = 0; i < count && i < 200; i++)
        visit(f, follow(f, start + 4 + 4 * i));
}

static void visit_code(file *f, uint32_t table)
{
    note(f, field(f, table, 0), CODE);
    note(f, field(f, table, 3), CODE);
    note(f, field(f, table, 2), NUMBER);
}

static void visit_tensor(file *f, uint32_t table)
{
    note_elements(f, vector(f, table, 0), DIMENSION, 8);
    note(f, field(f, table, 1), TYPE);
    note(f, field(f, table, 2), NUMBER);
    note(f, field(f, table, 5), OPTION);
    uint32_t quantization = follow(f, field(f, table, 4));
    note_elements(f, vector(f, quantization, 2), SCALE, 16);
    note_elements(f, vector(f, quantization, 3), ZERO_POINT, 16);
    note(f, field(f, quantization, 6), NUMBER);
}

static void visit_operator(file *f, uint32_t table)
{
    note(f, field(f, table, 0), NUMBER);
    note_elements(f, vector(f, table, 1), TENSOR, 40);
    note_elements(f, vector(f, table, 2), TENSOR, 40);
    uint32_t options = follow(f, field(f, table, 4));
    for (uint32_t i = 0; i < 10; i++) {
        note(f, field(f, options, i), NUMBER);
        note(f, field(f, options, i), OPTION);
    }
}

static void visit_graph(file *f, uint32_t table)
{
    each_table(f, vector(f, table, 0), visit_tensor);
    note_elements(f, vector(f, table, 1), TENSOR, 40);
    note_elements(f, vector(f, table, 2), TENSOR, 40);
    each_table(f, vector(f, table, 3), visit_operator);
}

static void visit_buffer(file *f, uint32_t table)
{
    uint32_t start = vector(f, table, 0);
    // What is as small as this may be axes, sizes or a shape.
    if (start != 0 && get(f, start, 4) <= 64)
        for (uint32_t i = 0; i < get(f, start, 4) / 4; i++)
            note(f, start + 4 + 4 * i, NUMBER);
    note_elements(f, start, DATA, 4096);
}

void tm_fuzz_walk(file *f)
{
    uint32_t root = follow(f, 0);
    if (root == 0)
        root = get(f, 0, 4);
    each_table(f, vector(f, root, 1), visit_code);
    each_table(f, vector(f, root, 2), visit_graph);
    each_table(f, vector(f, root, 4), visit_buffer);
}
