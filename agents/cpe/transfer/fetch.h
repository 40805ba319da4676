/* One file from or to an HTTP server, as requests and responses, without sockets or clock
 * (TR-069 A6 3.4.3, RFC 9110): authentication, redirects, and going on behind the bytes that
 * have come when a connection broke.
 *
 *   fetch_write() --> the head of the response: fetch_head() --> its body: fetch_body()
 *     ^                                                            |
 *     +--- again, here or elsewhere <--- fetch_whole(), fetch_broken()
 *
 * The username and password are for the origin of the URL that was ordered alone. Each
 * failure has the fault that a TransferComplete tells (TR-069 A6 A.5). */
#pragma once

#include "lib/base/buf.h"
#include "lib/proto/http.h"
#include "lib/proto/http_auth.h"
#include "lib/proto/url.h"

enum {
	FETCH_REDIRECTS_MAX = 5,
	FETCH_RESUMES_MAX = 5,     /* connections that broke inside the file */
	FETCH_DROPPED_MAX = 65536, /* bytes of a body that is no file: 401, 302, 404 */
	FETCH_WHY_MAX = 200,
	FETCH_CHALLENGE_MAX = 1024,
	FETCH_TAG_MAX = 128,
};

struct fetch_config { /* borrowed for the fetch's life, but for url */
	bool is_upload;
	struct str url;
	struct str username, password; /* empty: none */
	struct str body;               /* of an upload */
	uint64_t n_zeroes;             /* the caller sends so many behind it */
	uint64_t max_bytes;            /* of a download */
	bool is_measured;              /* a connection that breaks is the end of it */
	bool sends_basic_over_http;
	auth_hash_fn *hash;
	struct str user_agent;
};

enum fetch_next {
	FETCH_READ,      /* what comes goes to fetch_body() */
	FETCH_SEND,      /* fetch_write(), on this connection if it is still open */
	FETCH_ELSEWHERE, /* the same on a new connection, to fetch->url */
	FETCH_DONE,
	FETCH_FAILED, /* fetch->fault, fetch->why */
};

struct fetch {
	struct url url;   /* where it is now; views into url_text */
	char *url_text;   /* owned */
	uint64_t n_bytes; /* of the file, that have come or gone */
	uint32_t fault;
	char why[FETCH_WHY_MAX];
	/* the rest is private */
	struct fetch_config config;
	struct url home; /* whose credentials they are; views into home_text */
	char *home_text; /* owned */
	char *challenge; /* owned: WWW-Authenticate; null: none yet */
	char cnonce[40];
	uint32_t nonce_count;
	unsigned n_redirects, n_challenges, n_resumes;
	unsigned status; /* of the response that comes */
	bool takes_body; /* it is the file */
	bool is_fresh;   /* the file begins anew: the sink forgets what it has */
	uint64_t n_dropped;
	uint64_t total; /* bytes of the whole file; 0: not known */
	bool has_total;
	char tag[FETCH_TAG_MAX]; /* ETag, to be sure that it is the same file; "" */
};

/* ERR_* with words when the URL cannot be used, -ENOMEM. *fetch is to be freed in any case. */
int fetch_init(struct fetch *fetch, const struct fetch_config *config,
    struct error *err);
void fetch_free(struct fetch *fetch);

/* Whenever a connection to fetch->url has opened; with new random text. */
void fetch_connected(struct fetch *fetch, struct str cnonce);

/* Appends the whole request. FETCH_READ, or FETCH_FAILED. */
enum fetch_next fetch_write(struct fetch *fetch, struct buf *out);

/* The head of the response has come. FETCH_READ, or FETCH_FAILED at once. */
enum fetch_next fetch_head(struct fetch *fetch, const struct http_head *head);

/* Whether a file begins anew, asked after fetch_head(): what came before is void. */
bool fetch_is_fresh(const struct fetch *fetch);

/* A piece of the body: gives what of it belongs to the file in *ret. FETCH_READ or
 * FETCH_FAILED. */
enum fetch_next fetch_body(struct fetch *fetch, struct str piece, struct str *ret);

/* The response is whole. FETCH_SEND or FETCH_ELSEWHERE where another request follows,
 * FETCH_DONE or FETCH_FAILED. */
enum fetch_next fetch_whole(struct fetch *fetch, const struct http_head *head);

/* The connection broke, or the server was silent for too long, within the body of the
 * file (is_inside) or before any of it. why is one line. FETCH_ELSEWHERE for the rest
 * of a download, as often as FETCH_RESUMES_MAX; else FETCH_FAILED. */
enum fetch_next fetch_broken(struct fetch *fetch, bool is_inside, const char *why);

/* Fails it with words. */
enum fetch_next fetch_fail(struct fetch *fetch, uint32_t fault, const char *fmt, ...)
    ATTR_PRINTF(3, 4);
