#include "capture/file/input.h"

#include "lib/base/cleanup.h"
#include "lib/base/compiler.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <zlib.h>

enum {
	GZIP_FIRST = 0x1f, /* RFC 1952 2.3.1 */
	GZIP_SECOND = 0x8b
};

struct input_gzip {
	z_stream stream;
	uint8_t packed[INPUT_BUFFER];
	bool is_at_member; /* a member ended; another may follow */
};

static ssize_t read_some(struct input *in, uint8_t *to, size_t room)
{
	ssize_t n;

	do {
		n = read(in->fd, to, room);
	} while (n < 0 && errno == EINTR);
	if (n < 0)
		in->error = -errno;
	return n;
}

/* Unpacks up to room bytes: how many, 0 at the end, negative on failure. */
static ssize_t unpack_some(struct input *in, uint8_t *to, size_t room)
{
	struct input_gzip *z = in->z;
	int r;

	z->stream.next_out = to;
	z->stream.avail_out = (uInt)room;
	while (z->stream.avail_out == room) {
		if (z->stream.avail_in == 0) {
			ssize_t n = read_some(in, z->packed, sizeof(z->packed));

			if (n <= 0) {
				in->is_cut = n == 0 && !z->is_at_member;
				return n;
			}
			z->stream.next_in = z->packed;
			z->stream.avail_in = (uInt)n;
		}
		/* Padding behind the last member is none of it, as gzip has it. */
		if (z->is_at_member && z->stream.next_in[0] != GZIP_FIRST)
			return 0;
		if (z->is_at_member && inflateReset(&z->stream) != Z_OK)
			return in->error = ERR_MALFORMED;
		z->is_at_member = false;
		r = inflate(&z->stream, Z_NO_FLUSH);
		if (r == Z_STREAM_END)
			z->is_at_member = true;
		/* What came before the damage is handed out first. */
		else if (r != Z_OK && r != Z_BUF_ERROR && z->stream.avail_out == room)
			return in->error = ERR_MALFORMED;
	}
	return (ssize_t)(room - z->stream.avail_out);
}

static bool make_room(struct input *in, size_t n)
{
	uint8_t *bigger;

	memmove(in->bytes, in->bytes + in->at, in->end - in->at);
	in->end -= in->at;
	in->at = 0;
	if (n <= in->cap)
		return true;
	bigger = realloc(in->bytes, n);
	if (!bigger) {
		in->error = -ENOMEM;
		return false;
	}
	in->bytes = bigger;
	in->cap = n;
	return true;
}

size_t input_fill(struct input *in, size_t n)
{
	if (in->error || in->is_at_end || !make_room(in, n))
		return in->end - in->at;
	while (in->end < n && !in->is_at_end && !in->error) {
		uint8_t *to = in->bytes + in->end;
		size_t room = in->cap - in->end;
		ssize_t got =
		    in->z ? unpack_some(in, to, room) : read_some(in, to, room);

		if (got == 0)
			in->is_at_end = true;
		else if (got > 0)
			in->end += (size_t)got;
	}
	return in->end - in->at;
}

/* The bytes read so far become the first packed ones. */
static int begin_gzip(struct input *in)
{
	struct input_gzip *z = calloc(1, sizeof(*z));

	if (!z)
		return -ENOMEM;
	if (inflateInit2(&z->stream, 15 + 16) != Z_OK) {
		free(z);
		return -ENOMEM;
	}
	memcpy(z->packed, in->bytes, in->end);
	z->stream.next_in = z->packed;
	z->stream.avail_in = (uInt)in->end;
	in->end = 0;
	in->is_at_end = false;
	in->z = z;
	return 0;
}

static int open_path(const char *path, struct error *err)
{
	auto_fd fd = strcmp(path, "-") == 0 ? dup(STDIN_FILENO)
					    : open(path, O_RDONLY | O_CLOEXEC);
	struct stat st;

	if (fd < 0)
		return error_set(err, ERR_USAGE, "%s: %s", path, strerror(errno));
	if (fstat(fd, &st) == 0 && S_ISDIR(st.st_mode))
		return error_set(err, ERR_USAGE,
		    "%s: is a folder; name a capture file in it", path);
	return steal_fd(&fd);
}

int input_open(struct input *in, const char *path, struct error *err)
{
	int r = open_path(path, err);

	if (r < 0)
		return r;
	*in = (struct input)INPUT_NULL;
	in->fd = r;
	in->bytes = malloc(INPUT_BUFFER);
	in->cap = INPUT_BUFFER;
	r = in->bytes ? 0 : -ENOMEM;
	if (r == 0 && input_peek(in, 2) >= 2 && in->bytes[0] == GZIP_FIRST &&
	    in->bytes[1] == GZIP_SECOND)
		r = begin_gzip(in);
	if (r == 0 && in->error)
		r = in->error;
	if (r < 0) {
		input_close(in);
		return error_set(err, r == -ENOMEM ? r : ERR_USAGE, "%s: %s", path,
		    error_name(r));
	}
	return 0;
}

void input_close(struct input *in)
{
	if (in->z) {
		(void)inflateEnd(&in->z->stream);
		free(in->z);
	}
	free(in->bytes);
	if (in->fd >= 0)
		(void)close(in->fd);
	*in = (struct input)INPUT_NULL;
}
