// verify.h: whose face it is.
//
// The verifier makes of each face 64 numbers, an embedding: of two pictures of one person they
// point into nearly the same direction, of two people into different ones. Directions are compared
// by the cosine of the angle between them, 1 for the same. What is kept of a person is the sum of
// five embeddings, each scaled to the same length: a template of 128 bytes, and no picture.
#ifndef FD_VERIFY_H
#define FD_VERIFY_H

#include <stdint.h>

enum {
    FD_EMBEDDING = 64,
    FD_ENROLMENTS = 5, // embeddings of a template
    FD_LENGTH = 4096,  // of each in the sum: five of them fit into 16 bits
};

// Owned by the caller.
typedef struct {
    int16_t sum[FD_EMBEDDING];
} fd_template;

// Reads the verifier's output.
// codes: [64] int8. zero_point: the code of 0. embedding: [64], written.
void fd_embedding(const int8_t *codes, int32_t zero_point, int16_t *embedding);

// Adds an embedding to a template, at most FD_ENROLMENTS in all; one that is all 0 adds nothing.
// embedding: [64], each from -255 to 255.
void fd_enrol(fd_template *face, const int16_t *embedding);

// Returns the cosine of the angle between a template and an embedding, times 32768, rounded down:
// from -32768 to 32767; 0 if either is all 0.
// embedding: [64], each from -255 to 255.
int32_t fd_similarity(const fd_template *face, const int16_t *embedding);

#endif
