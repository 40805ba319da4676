#include "agents/lessor/lease_file.h"

#include "lib/base/arena.h"
#include "lib/base/cleanup.h"
#include "lib/base/fd.h"
#include "lib/base/text.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#define HEADER "# cwmplab leases 1\n"

enum {
	FILE_BYTES_MAX = 1 << 30,
	NOTES_BYTES_MAX = 16 << 20,
	CLIENT_BYTES_MAX = 256,
	SPARE_LINES = 4096, /* beyond twice what is needed before a new file is due */
};

struct lease_file {
	char *path;
	int fd;
	struct buf notes;
	clock_ns wall_offset; /* time of day minus the server's clock */
	size_t n_lines, n_live;
	bool is_behind; /* notes were lost for want of room: only a new file is whole */
};

struct saved { /* one line */
	struct lease_view view;
	size_t line; /* the later one counts */
};

struct saved_leases {
	struct saved *items;
	size_t len, cap;
	struct arena arena; /* of the client keys */
};

/* ---- lines -------------------------------------------------------------------------- */

static void write_line(struct buf *out, const struct lease_view *lease,
    clock_ns wall_offset)
{
	char address[IPV4_TEXT_MAX], mac[MAC_TEXT_MAX];

	buf_printf(out, "%s %s ", ipv4_text(lease->address, address),
	    mac_text(lease->mac, mac));
	hex_append(out, lease->client.p, lease->client.len);
	if (lease->expires_at == INT64_MAX)
		buf_append_text(out, " -\n");
	else if (lease->expires_at == 0)
		buf_append_text(out, " 0\n");
	else
		buf_printf(out, " %" PRId64 "\n",
		    (lease->expires_at + wall_offset + NS_PER_S - 1) / NS_PER_S);
}

/* 1; 0 for a line that cannot be read; -ENOMEM. */
static int read_line(struct saved_leases *all, struct str line, clock_ns wall_offset,
    struct lease_view *ret)
{
	struct str address = str_cut(line, ' ', &line), mac = str_cut(line, ' ', &line),
		   client = str_cut(line, ' ', &line);
	uint8_t key[CLIENT_BYTES_MAX];
	int n = hex_parse(client, key, sizeof(key));
	uint64_t end;

	if (n <= 0 || ipv4_parse(address, &ret->address) < 0 ||
	    mac_parse(mac, ret->mac) < 0)
		return 0;
	if (str_is(line, "-"))
		ret->expires_at = INT64_MAX;
	else if (str_to_u64(line, (uint64_t)(INT64_MAX / NS_PER_S), &end) < 0)
		return 0;
	else
		ret->expires_at = end ? (clock_ns)end * NS_PER_S - wall_offset : 0;
	ret->client = arena_str(&all->arena, str_make(key, (size_t)n));
	return ret->client.p ? 1 : -ENOMEM;
}

/* ---- reading ------------------------------------------------------------------------ */

static int add_saved(struct saved_leases *all, const struct lease_view *view)
{
	if (all->len == all->cap) {
		size_t cap = all->cap ? all->cap * 2 : 256;
		struct saved *items = realloc(all->items, cap * sizeof(*items));

		if (!items)
			return -ENOMEM;
		all->items = items;
		all->cap = cap;
	}
	all->items[all->len] = (struct saved){ *view, all->len };
	all->len++;
	return 0;
}

static int read_lines(struct lease_file *file, struct saved_leases *all,
    struct str text)
{
	while (text.len > 0) {
		size_t end = str_find_char(text, '\n');
		struct lease_view view = { 0 };
		int r = 0;

		/* Without its line feed a line is not whole. */
		if (end < text.len)
			r = read_line(all, str_make(text.p, end), file->wall_offset,
			    &view);
		if (r > 0)
			r = add_saved(all, &view);
		if (r < 0)
			return r;
		text = str_from(text, end + 1);
	}
	return 0;
}

static int by_address_then_line(const void *a, const void *b)
{
	const struct saved *x = a, *y = b;

	if (x->view.address != y->view.address)
		return x->view.address < y->view.address ? -1 : 1;
	return x->line < y->line ? -1 : 1;
}

static int by_expiry(const void *a, const void *b)
{
	const struct saved *x = a, *y = b;

	return (x->view.expires_at > y->view.expires_at) -
	       (x->view.expires_at < y->view.expires_at);
}

/* Leases that are over, or of a pool that is gone, are left behind; one that finds no memory is
 * not: the file is written anew from what the server has. */
static int restore(struct saved_leases *all, struct dhcp_server *server, clock_ns now)
{
	size_t n = 0;

	if (all->len == 0)
		return 0;
	qsort(all->items, all->len, sizeof(*all->items), by_address_then_line);
	for (size_t i = 0; i < all->len; i++)
		if (i + 1 == all->len ||
		    all->items[i].view.address != all->items[i + 1].view.address)
			all->items[n++] = all->items[i];
	qsort(all->items, n, sizeof(*all->items), by_expiry);
	for (size_t i = 0; i < n; i++) {
		if (dhcp_server_restore(server, &all->items[i].view, now) == -ENOMEM)
			return -ENOMEM;
	}
	return 0;
}

static int read_all(const struct lease_file *file, int fd, struct buf *ret,
    struct error *err)
{
	ssize_t n;

	do {
		uint8_t *room = buf_reserve(ret, 65536);

		n = room ? read(fd, room, 65536) : -1;
		if (n < 0)
			return error_set(err, ret->error ? ret->error : -errno,
			    "read %s: %s", file->path,
			    ret->error ? error_name(ret->error) : strerror(errno));
		ret->len += (size_t)n;
	} while (n > 0);
	return 0;
}

static int load(struct lease_file *file, struct dhcp_server *server, clock_ns now,
    struct error *err)
{
	auto_fd fd = open(file->path, O_RDONLY | O_CLOEXEC);
	auto_buf text = BUF_MAX(FILE_BYTES_MAX);
	struct saved_leases all = { .arena = ARENA_MAX(FILE_BYTES_MAX) };
	int r;

	if (fd < 0 && errno == ENOENT)
		return 0;
	if (fd < 0)
		return error_set(err, -errno, "open %s: %s", file->path,
		    strerror(errno));
	r = read_all(file, fd, &text, err);
	if (r < 0)
		return r;
	if (text.len > 0 && !str_starts(buf_str(&text), STR(HEADER)))
		return error_set(err, ERR_MALFORMED,
		    "%s is no lease file: its first line is not \"# cwmplab leases 1\"",
		    file->path);
	r = read_lines(file, &all, buf_str(&text));
	if (r == 0)
		r = restore(&all, server, now);
	free(all.items);
	arena_free(&all.arena);
	return r < 0 ? error_set(err, r, "%s: no memory", file->path) : 0;
}

/* ---- writing ------------------------------------------------------------------------ */

struct rewrite {
	struct lease_file *file;
	struct buf *out;
	size_t n;
};

static int add_line(void *user, const struct lease_view *lease)
{
	struct rewrite *rewrite = user;

	write_line(rewrite->out, lease, rewrite->file->wall_offset);
	rewrite->n++;
	return rewrite->out->error;
}

/* A whole new file takes the place of the old one, or nothing changes. */
static int rewrite(struct lease_file *file, struct dhcp_server *server, clock_ns now,
    struct error *err)
{
	auto_buf text = BUF_MAX(FILE_BYTES_MAX), name = BUF_NULL;
	struct rewrite all = { file, &text, 0 };
	auto_fd fd = -1;
	int r;

	buf_append_text(&text, HEADER);
	r = dhcp_server_leases(server, now, add_line, &all);
	buf_printf(&name, "%s.new", file->path);
	if (r < 0 || name.error)
		return error_set(err, -ENOMEM, "write %s: no memory", file->path);
	fd = open(buf_cstr(&name), O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC,
	    0644);
	r = fd < 0 ? -errno : fd_write_whole(fd, buf_str(&text));
	if (r == 0 && (fsync(fd) < 0 || rename(buf_cstr(&name), file->path) < 0))
		r = -errno;
	if (r < 0) {
		(void)unlink(buf_cstr(&name));
		return error_set(err, r, "write %s: %s", file->path, strerror(-r));
	}
	if (file->fd >= 0)
		(void)close(file->fd);
	file->fd = steal_fd(&fd);
	file->n_lines = file->n_live = all.n;
	file->is_behind = false;
	return 0;
}

int lease_file_open(struct lease_file **ret, const char *path,
    struct dhcp_server *server, clock_ns now, clock_ns wall, struct error *err)
{
	struct lease_file *file = calloc(1, sizeof(*file));
	int r;

	if (!file)
		return error_set(err, -ENOMEM, "no memory");
	file->fd = -1;
	file->notes.max = NOTES_BYTES_MAX;
	file->wall_offset = wall - now;
	file->path = str_dup(str_of(path));
	r = file->path ? load(file, server, now, err)
		       : error_set(err, -ENOMEM, "no memory");
	if (r == 0)
		r = rewrite(file, server, now, err);
	if (r < 0)
		lease_file_free(file);
	else
		*ret = file;
	return r;
}

void lease_file_note(struct lease_file *file, const struct lease_view *lease)
{
	size_t before = file->notes.len;

	write_line(&file->notes, lease, file->wall_offset);
	file->n_lines++;
	if (!file->notes.error)
		return;
	/* Half a line would spoil the next one. */
	file->notes.len = before;
	file->notes.error = 0;
	file->is_behind = true;
}

int lease_file_flush(struct lease_file *file, struct error *err)
{
	struct stat before;
	int r;

	if (file->notes.len == 0)
		return 0;
	if (fstat(file->fd, &before) < 0)
		return error_set(err, -errno, "%s: %s", file->path, strerror(errno));
	r = fd_write_whole(file->fd, buf_str(&file->notes));
	if (r < 0) {
		/* Half a line would spoil the next one. */
		if (ftruncate(file->fd, before.st_size) < 0)
			r = -errno;
		return error_set(err, r, "write %s: %s", file->path, strerror(-r));
	}
	buf_reset(&file->notes);
	return 0;
}

int lease_file_compact(struct lease_file *file, struct dhcp_server *server,
    clock_ns now, struct error *err)
{
	if (file->notes.len > 0 ||
	    (!file->is_behind && file->n_lines <= 2 * file->n_live + SPARE_LINES))
		return 0;
	return rewrite(file, server, now, err);
}

void lease_file_free(struct lease_file *file)
{
	if (!file)
		return;
	if (file->fd >= 0)
		(void)close(file->fd);
	buf_free(&file->notes);
	free(file->path);
	free(file);
}
