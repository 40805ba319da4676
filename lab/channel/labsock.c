#include "lab/channel/labsock.h"

#include "lib/base/json.h"

#include <errno.h>
#include <jansson.h>
#include <poll.h>
#include <stddef.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>

enum {
	LISTEN_RETRY_MS = 10, /* between bind() and listen() of a lab that starts */
	LISTEN_RETRIES = 200,
	LABS_MAX = 1024,
	SOCKET_LISTENS = 0x10000, /* __SO_ACCEPTCON of include/linux/net.h */
	NAME_MAX_ = 100,          /* of a lab; an address takes 107 */
};

static int prefix(char *text, size_t size)
{
	return snprintf(text, size, "cwmplab/%u/", (unsigned)geteuid());
}

static int address_of(const char *lab, struct sockaddr_un *address, socklen_t *ret_len,
    struct error *err)
{
	size_t room = sizeof(address->sun_path) - 1;
	int n;

	*address = (struct sockaddr_un){ .sun_family = AF_UNIX };
	n = prefix(address->sun_path + 1, room);
	n += snprintf(address->sun_path + 1 + n, room - (size_t)n, "%s", lab);
	if ((size_t)n >= room)
		return error_set(err, ERR_USAGE, "the name \"%s\" is too long", lab);
	*ret_len = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + 1 + (size_t)n);
	return 0;
}

static int open_socket(int *ret, struct error *err)
{
	*ret = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	return *ret < 0 ? error_set(err, -errno, "socket: %s", error_name(-errno)) : 0;
}

int labsock_bind(const char *lab, int *ret_fd, struct error *err)
{
	struct sockaddr_un address;
	socklen_t len;
	auto_fd fd = -1;

	if (address_of(lab, &address, &len, err) < 0 || open_socket(&fd, err) < 0)
		return err->code;
	if (bind(fd, (struct sockaddr *)&address, len) < 0) {
		if (errno == EADDRINUSE)
			return error_set(err, ERR_USAGE,
			    "%s is up already: cwmplab down %s ends it", lab, lab);
		return error_set(err, -errno, "control socket of %s: %s", lab,
		    error_name(-errno));
	}
	*ret_fd = steal_fd(&fd);
	return 0;
}

static void append_name(void *user, const char *lab)
{
	struct buf *names = user;

	buf_printf(names, "%s%s", names->len ? ", " : "", lab);
}

static int no_such_lab(const char *lab, struct error *err)
{
	auto_buf names = BUF_NULL;

	(void)labsock_list(append_name, &names, NULL);
	return error_set(err, ERR_USAGE, "no lab \"%s\" is up; up: %s", lab,
	    names.len ? buf_cstr(&names) : "none");
}

int labsock_connect(const char *lab, int *ret_fd, pid_t *ret_pid, struct error *err)
{
	struct sockaddr_un address;
	struct ucred peer = { 0 };
	socklen_t len, peer_len = sizeof(peer);
	auto_fd fd = -1;
	int tries = 0;

	if (address_of(lab, &address, &len, err) < 0 || open_socket(&fd, err) < 0)
		return err->code;
	while (connect(fd, (struct sockaddr *)&address, len) < 0) {
		bool bound = false;

		/* Refused means: nobody has the name, or its owner listens in a moment. */
		if (errno == ECONNREFUSED && tries++ < LISTEN_RETRIES) {
			auto_fd probe = -1;

			if (open_socket(&probe, err) < 0)
				return err->code;
			bound = bind(probe, (struct sockaddr *)&address, len) < 0;
		}
		if (!bound)
			return no_such_lab(lab, err);
		(void)poll(NULL, 0, LISTEN_RETRY_MS);
	}
	if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &peer_len) < 0)
		return error_set(err, -errno, "control socket: %s", error_name(-errno));
	if (peer.uid != geteuid())
		return error_set(err, ERR_USAGE,
		    "the lab %s belongs to another user (uid %u)", lab,
		    (unsigned)peer.uid);
	*ret_pid = peer.pid;
	*ret_fd = steal_fd(&fd);
	return 0;
}

bool labsock_is_own(int fd)
{
	struct ucred peer = { 0 };
	socklen_t len = sizeof(peer);

	return getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &len) == 0 &&
	       peer.uid == geteuid();
}

static int compare_names(const void *a, const void *b)
{
	return strcmp(a, b);
}

int labsock_list(void (*fn)(void *user, const char *lab), void *user, struct error *err)
{
	auto_file file = fopen("/proc/net/unix", "re");
	auto_free char(*names)[NAME_MAX_ + 1] = calloc(LABS_MAX, sizeof(*names));
	char line[512], want[32];
	size_t n = 0, want_len;

	if (!file || !names)
		return error_set(err, -errno, "/proc/net/unix: %s", error_name(-errno));
	want_len = (size_t)prefix(want, sizeof(want));
	while (n < LABS_MAX && fgets(line, sizeof(line), file)) {
		unsigned long flags;
		char path[128];

		/* Num RefCount Protocol Flags Type St Inode Path. Only what listens:
		 * connections carry the same name. */
		if (sscanf(line, "%*s %*s %*s %lx %*s %*s %*s @%127s", &flags, path) !=
			2 ||
		    !(flags & SOCKET_LISTENS) || strncmp(path, want, want_len) != 0)
			continue;
		(void)snprintf(names[n++], sizeof(*names), "%.*s", NAME_MAX_,
		    path + want_len);
	}
	qsort(names, n, sizeof(*names), compare_names);
	for (size_t i = 0; i < n; i++)
		fn(user, names[i]);
	return 0;
}

static int send_command(int fd, const char *name, const char *node)
{
	auto_buf line = BUF_NULL;
	struct json json = json_writer(&line, 0);

	json_object_begin(&json, NULL);
	json_int(&json, "id", 1);
	json_text(&json, "cmd", name);
	if (node)
		json_text(&json, "node", node);
	json_object_end(&json);
	return line.error ? line.error : channel_send_fds(fd, buf_str(&line), NULL, 0);
}

int labsock_ask(int fd, const char *name, const char *node, json_t **ret, int *fds,
    struct error *err)
{
	int got[CHANNEL_FDS_MAX] = { -1, -1, -1, -1 };
	auto_buf line = BUF_MAX(CHANNEL_QUEUE_MAX);
	json_t *answer = NULL;
	int r = send_command(fd, name, node);

	if (r >= 0)
		r = channel_receive(fd, &line, got);
	if (r >= 0)
		answer = json_loadb((const char *)line.data, line.len, 0, NULL);
	for (size_t i = 0; i < CHANNEL_FDS_MAX; i++) {
		if (fds)
			fds[i] = got[i];
		else if (got[i] >= 0)
			(void)close(got[i]);
	}
	if (!answer)
		return error_set(err, r < 0 ? r : ERR_MALFORMED,
		    "the lab did not answer: %s",
		    error_name(r < 0 ? r : ERR_MALFORMED));
	if (!json_is_true(json_object_get(answer, "ok"))) {
		const char *why = json_string_value(json_object_get(answer, "why"));

		r = error_set(err, ERR_USAGE, "%s", why ? why : "refused");
		json_decref(answer);
		return r;
	}
	*ret = answer;
	return 0;
}
