#include "verify.h"

#include "root.h"

void fd_embedding(const int8_t *codes, int32_t zero_point, int16_t *embedding)
{
    for (uint32_t i = 0; i < FD_EMBEDDING; i++)
        embedding[i] = (int16_t)(codes[i] - zero_point);
}

// Returns the sum of products.
// a, b: [64].
static int64_t product(const int16_t *a, const int16_t *b)
{
    int64_t sum = 0;
    for (uint32_t i = 0; i < FD_EMBEDDING; i++)
        sum += a[i] * b[i];
    return sum;
}

void fd_enrol(fd_template *face, const int16_t *embedding)
{
    // 256 times the length, for its fraction's sake.
    int32_t length = (int32_t)fd_root((uint64_t)product(embedding, embedding) << 16);
    if (length == 0)
        return;
    for (uint32_t i = 0; i < FD_EMBEDDING; i++)
        face->sum[i] = (int16_t)(face->sum[i] + embedding[i] * (256 * FD_LENGTH) / length);
}

int32_t fd_similarity(const fd_template *face, const int16_t *embedding)
{
    uint64_t squares = (uint64_t)product(face->sum, face->sum) *
                       (uint64_t)product(embedding, embedding);
    int64_t lengths = fd_root(squares);
    if (lengths == 0)
        return 0;
    int64_t scaled = product(face->sum, embedding) * 32768;
    // Down, also below 0. The root was rounded down too, so that the quotient may lie beyond 1.
    int64_t cosine = scaled / lengths - (scaled % lengths < 0);
    return cosine > 32767 ? 32767 : cosine < -32768 ? -32768 : (int32_t)cosine;
}
