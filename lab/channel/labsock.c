#include "lab/channel/labsock_internal.h"

#include "lab/channel/process_state.h"
#include "lib/base/clock.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <stddef.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>

enum {
	CALL_RETRY_MS = 10, /* a lab that starts: between its bind() and listen() */
	CALL_RETRIES = 200,
	LABS_MAX = 1024,
	SOCKET_LISTENS = 0x10000, /* __SO_ACCEPTCON of include/linux/net.h */
	LAB_NAME_MAX = 100,       /* of a lab; an address takes 107 */
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

int labsock_peer(int fd, struct ucred *ret)
{
	socklen_t len = sizeof(*ret);

	return getsockopt(fd, SOL_SOCKET, SO_PEERCRED, ret, &len) < 0 ? -errno : 0;
}

/* ---- the kernel's list of sockets --------------------------------------------------- */

DEFINE_CLEANUP(DIR *, closedir)

struct listed {
	const char *lab;
	unsigned long inode;
	bool listens;
};

/* Calls fn for each socket with the name of a lab of the caller's, until it returns true:
 * those that listen, that do not yet, and the labs' ends of connections, which carry the
 * same name. */
static int each_socket(bool (*fn)(void *user, const struct listed *socket), void *user,
    struct error *err)
{
	auto_file file = fopen("/proc/net/unix", "re");
	char line[512], want[32];
	size_t want_len = (size_t)prefix(want, sizeof(want));
	bool is_done = false;

	if (!file)
		return error_set(err, -errno, "/proc/net/unix: %s", error_name(-errno));
	while (!is_done && fgets(line, sizeof(line), file)) {
		struct listed listed;
		unsigned long flags;
		char path[128];

		/* Num RefCount Protocol Flags Type St Inode Path */
		if (sscanf(line, "%*s %*s %*s %lx %*s %*s %lu @%127s", &flags,
			&listed.inode, path) != 3 ||
		    strncmp(path, want, want_len) != 0)
			continue;
		listed.lab = path + want_len;
		listed.listens = flags & SOCKET_LISTENS;
		is_done = fn(user, &listed);
	}
	return 0;
}

struct search {
	const char *lab;
	bool listens; /* it must */
	bool is_found;
	unsigned long inode;
};

static bool is_wanted(void *user, const struct listed *listed)
{
	struct search *search = user;

	if (strcmp(listed->lab, search->lab) != 0 ||
	    (search->listens && !listed->listens))
		return false;
	search->is_found = true;
	search->inode = listed->inode;
	return true;
}

/* Whether an address that refused a call has an owner, who then listens in a moment. To
 * try to bind it would tell, too, and take it for a moment from an "up". */
static bool is_bound(const char *lab)
{
	struct search search = { .lab = lab };

	return each_socket(is_wanted, &search, NULL) == 0 && search.is_found;
}

static bool holds(const char *pid, const char *target)
{
	char path[NAME_MAX + 32], link[64];
	auto_cleanup(closedir) DIR *folder = NULL;
	struct dirent *entry;

	(void)snprintf(path, sizeof(path), "/proc/%s/fd", pid);
	folder = opendir(path);
	while (folder && (entry = readdir(folder))) {
		ssize_t n =
		    readlinkat(dirfd(folder), entry->d_name, link, sizeof(link) - 1);

		link[MAX(n, 0)] = '\0';
		if (strcmp(link, target) == 0)
			return true;
	}
	return false;
}

pid_t labsock_owner(const char *lab)
{
	struct search search = { .lab = lab, .listens = true };
	auto_cleanup(closedir) DIR *folder = opendir("/proc");
	struct dirent *entry;
	char target[64];
	uint64_t pid;

	if (each_socket(is_wanted, &search, NULL) < 0 || !search.is_found)
		return 0;
	(void)snprintf(target, sizeof(target), "socket:[%lu]", search.inode);
	while (folder && (entry = readdir(folder))) {
		if (str_to_u64(str_of(entry->d_name), INT32_MAX, &pid) == 0 &&
		    holds(entry->d_name, target))
			return (pid_t)pid;
	}
	return 0;
}

/* ---- calling ------------------------------------------------------------------------ */

int labsock_not_answered(pid_t pid, struct error *err)
{
	if (process_is_stopped(pid))
		return error_set(err, ERR_MACHINE,
		    "the lab does not answer: its supervisor (process %d) is stopped; "
		    "\"kill -CONT %d\" lets it go on, \"cwmplab down\" ends the lab",
		    (int)pid, (int)pid);
	return error_set(err, ERR_MACHINE,
	    "the lab has not answered for %d s: its supervisor (process %d) is busy or "
	    "hangs; \"cwmplab down --now\" ends the lab",
	    LABSOCK_ANSWER_MS / 1000, (int)pid);
}

/* Callers who are gone still stand in the line before one who takes no calls. */
static int no_more_callers(const char *lab, struct error *err)
{
	pid_t pid = labsock_owner(lab);

	if (pid > 0 && process_is_stopped(pid))
		return labsock_not_answered(pid, err);
	return error_set(err, ERR_MACHINE,
	    "%s takes no more callers: its supervisor (process %d) is busy or hangs; "
	    "\"cwmplab down --now\" ends the lab",
	    lab, (int)pid);
}

/* Calls the lab; it never blocks for long, whatever its supervisor does. */
static int call(int fd, const char *lab, struct error *err)
{
	struct sockaddr_un address;
	socklen_t len;

	if (address_of(lab, &address, &len, err) < 0)
		return err->code;
	(void)fcntl(fd, F_SETFL, O_NONBLOCK);
	for (int tries = 0; connect(fd, (const struct sockaddr *)&address, len) < 0;
	     tries++) {
		bool is_full = errno == EAGAIN; /* of callers who wait */

		if (is_full && tries == CALL_RETRIES)
			return no_more_callers(lab, err);
		if (!is_full &&
		    (errno != ECONNREFUSED || tries == CALL_RETRIES || !is_bound(lab)))
			return no_such_lab(lab, err);
		(void)poll(NULL, 0, CALL_RETRY_MS);
	}
	(void)fcntl(fd, F_SETFL, 0);
	return 0;
}

int labsock_connect(const char *lab, int *ret_fd, pid_t *ret_pid, struct error *err)
{
	struct ucred peer = { 0 };
	auto_fd fd = -1;
	int r;

	if (open_socket(&fd, err) < 0 || call(fd, lab, err) < 0)
		return err->code;
	r = labsock_peer(fd, &peer);
	if (r < 0)
		return error_set(err, r, "control socket: %s", error_name(r));
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

	return labsock_peer(fd, &peer) == 0 && peer.uid == geteuid();
}

static int compare_names(const void *a, const void *b)
{
	return strcmp(a, b);
}

/* Whether it can be the name of a lab: others may listen under our number, too, at names of
 * their choice. */
static bool is_name(const char *name)
{
	return name[strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-")] == '\0';
}

struct names {
	char (*texts)[LAB_NAME_MAX + 1];
	size_t n;
};

static bool take_name(void *user, const struct listed *listed)
{
	struct names *names = user;

	if (listed->listens && is_name(listed->lab))
		(void)snprintf(names->texts[names->n++], sizeof(*names->texts), "%.*s",
		    LAB_NAME_MAX, listed->lab);
	return names->n == LABS_MAX;
}

int labsock_list(void (*fn)(void *user, const char *lab), void *user, struct error *err)
{
	auto_free char(*texts)[LAB_NAME_MAX + 1] = calloc(LABS_MAX, sizeof(*texts));
	struct names names = { texts, 0 };
	int r = texts ? each_socket(take_name, &names, err)
		      : error_set(err, -ENOMEM, "out of memory");

	if (r < 0)
		return r;
	qsort(names.texts, names.n, sizeof(*names.texts), compare_names);
	for (size_t i = 0; i < names.n; i++)
		fn(user, names.texts[i]);
	return 0;
}
