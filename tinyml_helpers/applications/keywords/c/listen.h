// listen.h: the program that listens for keywords, for main.c: the spotter as a stream of sound.
//
//     type      the computer sends                  the firmware answers
//     LISTEN 6  kw_settings of detector.h, or       nothing: it listens, afresh
//               kw_gated_settings of gated.h
//     HEAR 7    its number (4), up to 320 samples   ticks it took (4), then the kw_hop of
//                                                   spotter.h if these samples completed one
//
// A program with a gate (listen_gated.c) takes either; kw_settings ask for none. One without
// (listen.c) takes kw_settings only.
#ifndef KW_LISTEN_H
#define KW_LISTEN_H

#include "application.h"

enum { LISTEN = 6, HEAR = 7 };

protocol_space listen_space(const protocol_message *message, uint32_t place);
const char *listen_answer(const protocol_message *message, tm_interpreter *interpreter);

#ifdef TM_LIVE
extern const tm_live listen_live;
#endif

static const tm_application listen_application = {"the spotter ", LISTEN, HEAR, listen_space,
                                                  listen_answer
#ifdef TM_LIVE
                                                  , &listen_live
#endif
};

#endif
