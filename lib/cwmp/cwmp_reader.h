/* A reader of CWMP messages that is kept: cheaper than cwmp_read() from the second message
 * on, since the XML parser and its names are set up once. */
#pragma once

#include "lib/base/cleanup.h"
#include "lib/cwmp/cwmp.h"

struct cwmp_reader;

/* Null without memory. The caller frees it. */
struct cwmp_reader *cwmp_reader_new(void);
void cwmp_reader_free(struct cwmp_reader *reader);
DEFINE_CLEANUP(struct cwmp_reader *, cwmp_reader_free)

/* As cwmp_read(), with what the reader has kept; a null reader has kept nothing. */
int cwmp_reader_read(struct cwmp_reader *reader, struct cwmp_msg *msg,
    struct arena *arena, const void *xml, size_t len, const struct cwmp_limits *limits,
    struct error *err);
