// TFLM_DECODE: writes out weights that are stored as short indices into tables of their codes.
// inputs, two for each output: its indices, uint8, of 1 to 7 bits each, the first in the highest
// bits of the first byte; and its tables, uint8: a header, then the codes of each channel's table.
// output int8, with a scale a channel or one for all, which then share a table. Operators behind it
// read it as they would read a constant.
//
// A custom operator of TensorFlow Lite Micro's, known by this name. Format: its compression/lut.py
// and decode.py; that channels are told from scales: its kernels/decode_state_lut.cc.
#include "tm_kernel.h"

enum { CUSTOM = 32, HEADER_BYTES = 16, LOOK_UP_TABLE = 0, MOST_CODES = 128 };

// One output, and what it is made of.
typedef struct {
    const uint8_t *indices;
    const int8_t *tables; // [channels, codes]
    int32_t bits, codes;  // of an index; in a table
    int32_t channels;     // with a table each
    int32_t run, rounds;  // weights of a channel in a row; how often all channels take turns
} weights;

// Indices that are being read.
typedef struct {
    const uint8_t *next;
    uint32_t word; // its lowest bits are still to be read
    int32_t left;  // so many
} stream;

static inline uint32_t next_index(stream *s, int32_t bits)
{
    if (s->left < bits) {
        s->word = s->word << 8 | *s->next++;
        s->left += 8;
    }
    s->left -= bits;
    return s->word >> s->left & ((1u << bits) - 1);
}

static void describe(tm_interpreter *m, const tm_operator *op, uint32_t place, weights *w)
{
    const tm_tensor *out = tm_output(m, op, place);
    const uint8_t *header = tm_data(m, tm_input(m, op, 2 * place + 1));
    uint32_t scales;
    tm_scales(m, out, &scales);
    w->indices = tm_data(m, tm_input(m, op, 2 * place));
    w->tables = (const int8_t *)header + HEADER_BYTES;
    w->bits = header[5] & 7;
    w->codes = header[6];
    w->channels = scales > 1 ? (int32_t)scales : 1;
    bool is_last = scales > 1 && tm_quantized_dimension(m, out) == out->rank - 1;
    int32_t each = tm_elements(m, out) / w->channels;
    w->run = is_last ? 1 : each;
    w->rounds = is_last ? each : 1;
}

static bool is_constant_u8(const tm_tensor *tensor)
{
    return tensor != NULL && tensor->type == TM_UINT8 && tensor->place == TM_IN_MODEL;
}

// Whether an output has one scale, or one for each place along its first or its last dimension.
static bool has_channels(tm_interpreter *m, const tm_tensor *out)
{
    uint32_t scales;
    tm_scales(m, out, &scales);
    int32_t dimension = tm_quantized_dimension(m, out), last = out->rank - 1;
    return scales <= 1 || (last >= 0 && (dimension == 0 || dimension == last) &&
                           tm_dims(m, out)[dimension] == (int32_t)scales);
}

// Whether every index is one of a code.
static bool are_in_tables(const weights *w)
{
    stream s = {w->indices, 0, 0};
    for (int32_t i = w->rounds * w->channels * w->run; i > 0; i--)
        if (next_index(&s, w->bits) >= (uint32_t)w->codes)
            return false;
    return true;
}

static tm_status prepare(tm_interpreter *m, tm_operator *op)
{
    if (op->input_count != 2 * op->output_count)
        return tm_refuse(m, op, TM_MALFORMED, TM_WHY_WRONG_COUNT);
    for (uint32_t place = 0; place < op->output_count; place++) {
        const tm_tensor *indices = tm_input(m, op, 2 * place), *out = tm_output(m, op, place);
        const tm_tensor *tables = tm_input(m, op, 2 * place + 1);
        if (!is_constant_u8(indices) || !is_constant_u8(tables) || out->type != TM_INT8)
            return tm_refuse(m, op, TM_UNSUPPORTED, TM_WHY_DECODE_TYPES);
        const uint8_t *header = tm_data(m, tables);
        if (tables->bytes < HEADER_BYTES || header[0] != LOOK_UP_TABLE || header[1] != 1 ||
            header[4] != 1)
            return tm_refuse(m, op, TM_UNSUPPORTED, TM_WHY_DECODE_KIND);
        if (!has_channels(m, out))
            return tm_refuse(m, op, TM_UNSUPPORTED, TM_WHY_WRONG_QUANTIZATION);
        weights w;
        describe(m, op, place, &w);
        int64_t bits = (int64_t)out->bytes * w.bits;
        if (w.bits == 0 || w.codes > MOST_CODES || indices->bytes != (bits + 7) / 8 ||
            tables->bytes != HEADER_BYTES + (int64_t)w.channels * w.codes || !are_in_tables(&w))
            return tm_refuse(m, op, TM_MALFORMED, TM_WHY_DECODE_TABLES);
    }
    return TM_OK;
}

// Writes `count` weights. The next one's table is `step` codes behind: 0 if all have the same.
static void write_each(stream *s, const weights *w, const int8_t *table, int32_t step,
                       int32_t count, int8_t *to)
{
    stream at = *s; // a copy, which no weight that is written can lie in
    int32_t bits = w->bits;
    for (const int8_t *end = to + count; to < end; table += step)
        *to++ = table[next_index(&at, bits)];
    *s = at;
}

// Write the weights of whole bytes, two or four of each. Return where the next ones go.
static int8_t *write_twos(const uint8_t *from, const uint8_t *end, const int8_t *table, int8_t *to)
{
    for (; from < end; to += 2) {
        uint32_t byte = *from++;
        to[0] = table[byte >> 4];
        to[1] = table[byte & 15];
    }
    return to;
}

static int8_t *write_fours(const uint8_t *from, const uint8_t *end, const int8_t *table, int8_t *to)
{
    for (; from < end; to += 4) {
        uint32_t byte = *from++;
        to[0] = table[byte >> 6];
        to[1] = table[byte >> 4 & 3];
        to[2] = table[byte >> 2 & 3];
        to[3] = table[byte & 3];
    }
    return to;
}

// Writes a run of weights, which have one table.
static void write_run(stream *s, const weights *w, const int8_t *table, int8_t *to)
{
    const int8_t *end = to + w->run;
    if (w->bits == 2 || w->bits == 4) {
        int32_t log2_bits = w->bits == 4 ? 2 : 1; // not every chip divides
        int32_t begun = s->left >> log2_bits;     // weights left of the byte that was read last
        begun = begun < w->run ? begun : w->run;
        write_each(s, w, table, 0, begun, to);
        const uint8_t *from = s->next;
        s->next += (w->run - begun) >> (3 - log2_bits);
        to = (w->bits == 4 ? write_twos : write_fours)(from, s->next, table, to + begun);
    }
    write_each(s, w, table, 0, (int32_t)(end - to), to);
}

static void write_out(const weights *w, int8_t *to)
{
    stream s = {w->indices, 0, 0};
    if (w->run == 1) {
        for (int32_t round = 0; round < w->rounds; round++, to += w->channels)
            write_each(&s, w, w->tables, w->codes, w->channels, to);
        return;
    }
    for (int32_t channel = 0; channel < w->channels; channel++, to += w->run)
        write_run(&s, w, w->tables + channel * w->codes, to);
}

static void invoke(tm_interpreter *m, const tm_operator *op)
{
    for (uint32_t place = 0; place < op->output_count; place++) {
        weights w;
        describe(m, op, place, &w);
        write_out(&w, tm_data(m, tm_output(m, op, place)));
    }
}

const tm_kernel tm_tflm_decode = {CUSTOM, 1, prepare, invoke, 0, 0};
