#include "lab/course/ticket.h"

#include "lab/course/board.h"
#include "lab/term/outfile.h"
#include "lib/base/json.h"
#include "lib/base/text.h"
#include "lib/program/whole_file.h"

#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

enum {
	ANSWER_S = 10, /* a board that is asked by a whole class at a time */
	TICKET_BYTES_MAX = 64 << 10,
	PRIVATE = 0600
};

/* ---- JSON ----------------------------------------------------------------------------- */

static void take(const json_t *object, const char *key, char *ret, size_t size)
{
	const char *text = json_string_value(json_object_get(object, key));

	(void)snprintf(ret, size, "%s", text ? text : "");
}

/* Also of the board's answer, which has no path. */
static int read_ticket(struct ticket *ticket, const json_t *object)
{
	const char *key = json_string_value(json_object_get(object, "seed"));

	take(object, "path", ticket->path, sizeof(ticket->path));
	take(object, "class", ticket->class_name, sizeof(ticket->class_name));
	take(object, "student", ticket->student, sizeof(ticket->student));
	return key && ticket->student[0] &&
		       hex_parse(str_of(key), ticket->seed.key, SEED_BYTES) ==
			   SEED_BYTES
		   ? 0
		   : ERR_MALFORMED;
}

int ticket_read(struct ticket *ticket, const char *file, struct error *err)
{
	auto_buf text = BUF_NULL;
	json_t *object;
	int r;

	if (access(file, F_OK) < 0)
		return error_set(err, ERR_NOT_FOUND, "%s is not there", file);
	r = whole_file_read(file, TICKET_BYTES_MAX, &text, err);
	if (r < 0)
		return r;
	object = json_loadb((const char *)text.data, text.len, 0, NULL);
	r = read_ticket(ticket, object);
	json_decref(object);
	return r < 0 ? error_set(err, ERR_NOT_FOUND, "%s is damaged", file) : 0;
}

int ticket_write(const struct ticket *ticket, const char *file, struct error *err)
{
	auto_buf out = BUF_NULL, seed = BUF_NULL;
	struct json json = json_writer(&out, 1);

	hex_append(&seed, ticket->seed.key, SEED_BYTES);
	json_object_begin(&json, NULL);
	json_text(&json, "path", ticket->path);
	json_text(&json, "class", ticket->class_name);
	json_text(&json, "student", ticket->student);
	json_str(&json, "seed", buf_str(&seed));
	json_object_end(&json);
	return outfile_put(file, PRIVATE, &out, err);
}

/* ---- the board ------------------------------------------------------------------------ */

/* Who listens there is who owns the folder, or root: nobody else could have put it there, and
 * nobody else is to see answers. */
static int check_peer(int fd, const char *path, struct error *err)
{
	struct ucred peer;
	socklen_t len = sizeof(peer);
	char folder[sizeof(((struct ticket *)NULL)->path)];
	char *slash;
	struct stat st;

	(void)snprintf(folder, sizeof(folder), "%s", path);
	slash = strrchr(folder, '/');
	if (slash)
		slash[slash == folder] = '\0';
	else
		(void)snprintf(folder, sizeof(folder), ".");
	if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &len) < 0 ||
	    stat(folder, &st) < 0)
		return error_set(err, error_of_path(errno), "%s: %s", path,
		    error_name(-errno));
	if (peer.uid == st.st_uid || peer.uid == 0)
		return 0;
	return error_set(err, ERR_USAGE,
	    "%s is served by somebody who does not own the folder that it is in", path);
}

static int fail_away(const char *path, struct error *err)
{
	return error_set(err, ERR_MACHINE, "the board of the class, %s: %s", path,
	    error_name(-errno));
}

static int dial(const char *path, struct error *err)
{
	const struct timeval patience = { .tv_sec = ANSWER_S };
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	auto_fd fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	int r;

	if (fd < 0)
		return fail_away(path, err);
	if (strlen(path) >= sizeof(address.sun_path))
		return error_set(err, ERR_USAGE,
		    "%s: longer than a socket's path may be", path);
	(void)snprintf(address.sun_path, sizeof(address.sun_path), "%s", path);
	(void)setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
	(void)setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof(patience));
	if (connect(fd, (const struct sockaddr *)&address, sizeof(address)) < 0)
		return fail_away(path, err);
	r = check_peer(fd, path, err);
	return r < 0 ? r : steal_fd(&fd);
}

static int send_all(int fd, struct str bytes)
{
	while (bytes.len > 0) {
		ssize_t n = send(fd, bytes.p, bytes.len, MSG_NOSIGNAL);

		if (n < 0)
			return -errno;
		bytes = str_from(bytes, (size_t)n);
	}
	return 0;
}

/* The caller drops *ret. */
static int ask(const char *path, const char *head, struct str body, json_t **ret,
    struct error *err)
{
	auto_fd fd = dial(path, err);
	auto_buf answer = BUF_MAX(TICKET_BYTES_MAX);
	uint8_t *at;
	ssize_t n = 0;

	if (fd < 0)
		return fd;
	if (send_all(fd, str_of(head)) < 0 || send_all(fd, body) < 0 ||
	    shutdown(fd, SHUT_WR) < 0)
		return fail_away(path, err);
	while ((at = buf_reserve(&answer, 1024)) && (n = read(fd, at, 1024)) > 0)
		answer.len += (size_t)n;
	if (n < 0)
		return fail_away(path, err);
	*ret = json_loadb(answer.len ? (const char *)answer.data : "", answer.len, 0,
	    NULL);
	if (!*ret)
		return error_set(err, ERR_MACHINE,
		    "the board of the class, %s, gives no answer", path);
	if (!json_object_get(*ret, "why"))
		return 0;
	n = error_set(err, ERR_USAGE, "the board of the class, %s: %s", path,
	    json_string_value(json_object_get(*ret, "why")));
	json_decref(*ret);
	return (int)n;
}

int ticket_ask(struct ticket *ticket, const char *path, struct error *err)
{
	json_t *answer = NULL;
	int r = ask(path, BOARD_SEAT, STR_NULL, &answer, err);

	if (r < 0)
		return r;
	r = read_ticket(ticket, answer);
	json_decref(answer);
	(void)snprintf(ticket->path, sizeof(ticket->path), "%s", path);
	return r < 0 ? error_set(err, ERR_MACHINE,
			   "the board of the class, %s, gives no answer", path)
		     : 0;
}

int ticket_send(const struct ticket *ticket, struct str result, struct error *err)
{
	json_t *answer = NULL;
	int r = ask(ticket->path, BOARD_RESULT, result, &answer, err);

	if (r == 0)
		json_decref(answer);
	return r;
}
