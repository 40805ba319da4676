/* Following a CPE through its requests: where a redirect leads, whether a cookie or nonce
 * came again. */
#pragma once

#include "capture/record/records.h"
#include "lib/proto/url.h"

/* The URL of a request, "http://host/path", in room; null: it names no host, or is too
 * long. */
const char *request_url(const struct http_record *request, char room[URL_MAX]);

/* The URL to which an answer redirects its request, in room; null where it does not,
 * its request is not known, or the URL cannot be read. */
const char *redirect_target(const struct http_record *answer, char room[URL_MAX]);

/* FNV-1a, eight bytes at a time: enough to tell whether a message came again. */
uint64_t bytes_digest(struct str bytes);

/* What a parameter, with its value, adds to inform_facts.list_digest. */
uint64_t param_digest(const struct cwmp_param *param);

/* A hash of the text, so that texts can be compared without being kept; never 0. */
uint32_t text_digest(const char *text);
