#include "agents/acs/gate/counts.h"

#include "lib/base/cleanup.h"
#include "lib/base/clock.h"
#include "lib/base/compiler.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define MAGIC "cwmplab counts1"

struct kept { /* the file, in this machine's order of bytes */
	char magic[sizeof(MAGIC)];
	struct counts counts;
};

static int fail(const char *path, struct error *err)
{
	return error_set(err, -errno, "%s: %s", path, strerror(errno));
}

static int fail_foreign(const char *path, struct error *err)
{
	return error_set(err, ERR_USAGE, "%s: is no file of counts", path);
}

static int lock(int fd)
{
	int r;

	do
		r = flock(fd, LOCK_EX | LOCK_NB);
	while (r < 0 && errno == EINTR);
	return r;
}

/* A hole in it would kill whoever writes there when the file system is full. */
static int fill(int fd)
{
	do
		errno = posix_fallocate(fd, 0, sizeof(struct kept));
	while (errno == EINTR);
	return errno ? -1 : 0;
}

/* Makes a new file as long as it has to be, which is zeroed then. */
static int make_ready(int fd, const char *path, struct error *err)
{
	struct stat st;

	if (lock(fd) < 0)
		return errno == EWOULDBLOCK
			   ? error_set(err, ERR_USAGE,
				 "%s: another program counts in it", path)
			   : fail(path, err);
	if (fstat(fd, &st) < 0)
		return fail(path, err);
	if (!S_ISREG(st.st_mode) ||
	    (st.st_size > 0 && st.st_size != (off_t)sizeof(struct kept)))
		return fail_foreign(path, err);
	return fill(fd) < 0 ? fail(path, err) : 0;
}

/* The mapping keeps the file open, and with it the lock. */
static int map_file(struct kept **ret, const char *path, struct error *err)
{
	auto_fd fd =
	    open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0600);
	void *at;
	int r = fd < 0 ? fail(path, err) : make_ready(fd, path, err);

	if (r < 0)
		return r;
	at = mmap(NULL, sizeof(struct kept), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (at == MAP_FAILED)
		return fail(path, err);
	*ret = at;
	return 0;
}

static int map_nothing(struct kept **ret, struct error *err)
{
	void *at = mmap(NULL, sizeof(struct kept), PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (at == MAP_FAILED)
		return error_set(err, -ENOMEM, "no memory for counts");
	*ret = at;
	return 0;
}

static void end_all(struct counts *counts)
{
	counts->sessions += counts->running;
	counts->failed += counts->running;
	counts->running = 0;
}

int counts_open(struct counts **ret, const char *path, struct error *err)
{
	static const char nothing[sizeof(MAGIC)];
	struct kept *kept = NULL;
	int r = path ? map_file(&kept, path, err) : map_nothing(&kept, err);

	if (r < 0)
		return r;
	if (memcmp(kept->magic, nothing, sizeof(nothing)) == 0) {
		memcpy(kept->magic, MAGIC, sizeof(MAGIC));
		kept->counts.since = (uint64_t)clock_wall();
	}
	if (memcmp(kept->magic, MAGIC, sizeof(MAGIC)) != 0) {
		counts_close(&kept->counts);
		return fail_foreign(path, err);
	}
	end_all(&kept->counts);
	*ret = &kept->counts;
	return 0;
}

struct counts counts_between(const struct counts *then, const struct counts *now)
{
	struct counts ret = *now;

	end_all(&ret);
	ret.sessions -= then->sessions;
	ret.failed -= then->failed;
	ret.shed -= then->shed;
	return ret;
}

void counts_close(struct counts *counts)
{
	if (counts)
		(void)munmap(container_of(counts, struct kept, counts),
		    sizeof(struct kept));
}
