// looker.h: from a frame to faces, and to whether one of them is the one that was enrolled.
//
//     fd_looker looker;                                  // the models are loaded already
//     if (fd_set_up(&looker, &detector, &verifier, zero_point, height, width) != FD_OK)
//         ...the models won't do...
//     fd_begin(&looker, pixels, FD_LOOK, &settings);     // or FD_ENROL, five times before
//     while (looker.stage != FD_DONE)
//         fd_step(&looker);
//     if (looker.sight.unlocked)
//         ...it is the one...
//
// A frame goes through stages, one a step, so that a program can read the time between two of
// them, or load the verifier into the detector's memory: from FD_CROP on the detector is no longer
// needed. Integers only: on every chip and computer the same bytes come out.
#ifndef FD_LOOKER_H
#define FD_LOOKER_H

#include "boxes.h"
#include "crop.h"
#include "micro.h"
#include "verify.h"
#include <stdbool.h>

#ifdef __cplusplus
extern "C" {
#endif

// What a call returns.
enum { FD_OK = 0, FD_BAD_MODEL = -1, FD_NO_VERIFIER = -2, FD_FULL = -3 };

// What a frame is looked at for.
enum { FD_LOOK = 0, FD_ENROL = 1 };

// The stages of a frame.
enum {
    FD_DETECT = 0,  // the detector runs
    FD_BOXES = 1,   // its grid is made into boxes
    FD_CROP = 2,    // a face is cut out
    FD_VERIFY = 3,  // the verifier runs
    FD_COMPARE = 4, // what it says is compared to the template, or added to it
    FD_DONE = 5,
};

typedef struct {
    uint8_t face_threshold; // the detector's score from which a box is a face, of 0 to 255
    uint8_t unused;
    int16_t unlock_threshold; // similarity from which a face is the enrolled one, in 1/32768
} fd_settings;

// What was found in a frame. It is sent from boards as it is: the same bytes everywhere.
typedef struct {
    int16_t similarity; // of the largest face to the template, in 1/32768; 0 unless `compared`
    uint8_t compared;   // 1 if there was a face, and a template to compare it to
    uint8_t unlocked;   // 1 if the similarity reached its threshold
    uint8_t enrolled;   // frames in the template, of FD_ENROLMENTS
    uint8_t faces;
    uint8_t unused[2];
    fd_box boxes[FD_MAX_FACES]; // the best first; behind the last face 0
} fd_sight;

// Owned by the caller. `stage`, `sight` and `face` are for reading, the rest is private.
typedef struct {
    uint32_t stage;
    fd_sight sight;
    fd_template face; // of the enrolled face
    tm_interpreter *detector;
    tm_interpreter *verifier; // NULL for none
    fd_frame frame;
    fd_settings settings;
    uint8_t enrolled;
    uint8_t purpose;
    int16_t zero_point; // of the verifier's output
} fd_looker;

// Sets a looker up, with no face enrolled.
// Needs: interpreters with models loaded, used as long as the looker is; the verifier's may be
// NULL, then faces are found only, or the detector's: then the caller loads the verifier before
// the stage FD_CROP and the detector again after FD_COMPARE, and calls fd_check_verifier itself.
// height, width: of frames, multiples of 8, from 32 to 160.
// Returns FD_OK or FD_BAD_MODEL: the detector must have one input of height * width bytes and one
// output of height / 8 * width / 8 * 4.
int32_t fd_set_up(fd_looker *looker, tm_interpreter *detector, tm_interpreter *verifier,
                  int16_t zero_point, uint16_t height, uint16_t width);

// Returns FD_OK or FD_BAD_MODEL: a verifier must have one input of 48 * 48 bytes and one output of
// 64.
int32_t fd_check_verifier(const tm_interpreter *verifier);

// Runs a detector on a frame: the stage FD_DETECT alone. Its input has the scale 1/128 and zero
// point 0, so that a code is the grey - 128.
// pixels: as many as the detector's input has.
void fd_detect(tm_interpreter *detector, const uint8_t *pixels);

// Begins with a frame.
// pixels: [height, width]; kept until the stage is FD_DONE.
// purpose: FD_LOOK or FD_ENROL.
// Returns FD_OK; or for FD_ENROL, with nothing begun, FD_NO_VERIFIER, or FD_FULL: FD_ENROLMENTS
// frames are enrolled.
int32_t fd_begin(fd_looker *looker, const uint8_t *pixels, uint32_t purpose,
                 const fd_settings *settings);

// Does the stage of looker->stage, and sets the one that comes next. Looking ends after FD_BOXES if
// there is no face or nothing to compare it to; enrolling, if there isn't just one face.
void fd_step(fd_looker *looker);

// Forgets the enrolled face, and what was seen last.
void fd_forget(fd_looker *looker);

#ifdef __cplusplus
}
#endif

#endif
