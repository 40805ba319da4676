/* The file server of an ACS, below /files/ of its own port: CPEs GET images and configurations
 * from there, and PUT theirs (TR-069 A6 3.4.3, A.3.2.8, A.4.1.5). Without sockets: it takes
 * heads and bytes, and says what to answer and which file to send.
 *
 * A path names a file in a folder, or in a folder within it: no ".", no "..", no name that
 * begins with a point, no symbolic link is followed. An upload is written beside its
 * place, and takes it, whole, at once; what was there before is there until then. */
#pragma once

#include "agents/acs/gate/gate.h"
#include "lib/base/arena.h"
#include "lib/base/clock.h"
#include "lib/base/error.h"
#include "lib/proto/url.h"

enum {
	FILES_PATH_MAX = 512, /* bytes, decoded */
	FILES_DEPTH_MAX = 16,
	FILES_GRANTS_MAX = 4096,
	FILES_UPLOAD_MAX_DEFAULT = 64 << 20
};

#define FILES_PREFIX "/files/"

struct files_config {        /* borrowed */
	const char *folder;  /* what is served; null: nothing is */
	const char *uploads; /* where a PUT goes, served as well; null: none is taken */
	struct url url;      /* of the ACS */
	enum acs_auth_scheme auth; /* basic, too, without TLS, as devices do it */
	struct str username, password;
	uint64_t upload_max; /* bytes; 0: FILES_UPLOAD_MAX_DEFAULT */
};

struct files;

/* Opens the folders; a folder for uploads that is not there is made. -errno with words. */
int files_new(struct files **ret, const struct files_config *config, struct error *err);
void files_free(struct files *files); /* null is fine */
DEFINE_CLEANUP(struct files *, files_free)

/* Whether a request of that target is for the file server. */
bool files_is_target(struct str target);

/* The URL of a file below /files/, in arena, and its size, 0 where it is not there. A null
 * view where the name is no path, or without memory. */
struct str files_url(const struct files *files, struct str name, struct arena *arena,
    uint32_t *ret_size);

/* The bytes of a file below /files/; -1 where it is not there, or the name is no path. */
int64_t files_size(const struct files *files, struct str name);

/* From now on what url names, if it is served here, is given to, or taken from, whoever proves
 * these credentials, and whoever proves those of files_config, alone. The oldest of
 * FILES_GRANTS_MAX are forgotten. */
void files_grant(struct files *files, struct str url, struct str username,
    struct str password);

/* An answer: its head, and what of which file follows it. */
struct files_reply {
	unsigned status;
	const char *why;   /* of a refusal, in words; null: it is none */
	bool is_challenge; /* a 401 that no wrong credentials brought about */
	int fd;            /* the caller's; -1: nothing follows */
	uint64_t offset, length;
	bool is_close; /* the connection is to be closed after it */
};

/* Looks at a head before its body: whether it is refused, which appends the answer to out. now
 * is monotonic. A digest's count is used up. */
bool files_refuses(struct files *files, const struct http_head *head, clock_ns now,
    struct buf *out, struct files_reply *reply);

/* Answers a GET or HEAD that was not refused. */
void files_get(struct files *files, const struct http_head *head, struct buf *out,
    struct files_reply *reply);

/* The most bytes that the body of this request may have; 0: it has none to speak of. */
uint64_t files_body_max(const struct files *files, const struct http_head *head);

struct files_upload;

/* Begins to take what a PUT that was not refused brings. Null: it cannot be taken, and the
 * answer is appended to out. */
struct files_upload *files_put(struct files *files, const struct http_head *head,
    struct buf *out, struct files_reply *reply);

/* Bytes of its body, in their order. After a failure the rest is dropped. */
void files_upload_write(struct files_upload *upload, struct str bytes);

/* The body is whole: the file takes its place. Appends the answer and frees upload. */
void files_upload_end(struct files_upload *upload, struct buf *out,
    struct files_reply *reply);

/* The body will not be whole: nothing of it stays. Null is fine. */
void files_upload_drop(struct files_upload *upload);

/* Bytes so far. */
uint64_t files_upload_bytes(const struct files_upload *upload);
