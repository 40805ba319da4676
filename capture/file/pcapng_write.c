#include "capture/file/pcapng_write.h"

#include "lib/program/private_file.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>

enum {
	SNAPLEN = 262144,
	SECRETS_PART = 1 << 20, /* readers limit the size of a block */
	OPT_END = 0,
};

static void put16(struct buf *out, unsigned v)
{
	uint16_t host = (uint16_t)v;

	buf_append(out, &host, sizeof(host));
}

static void put32(struct buf *out, uint32_t v)
{
	buf_append(out, &v, sizeof(v));
}

static void put64(struct buf *out, uint64_t v)
{
	buf_append(out, &v, sizeof(v));
}

/* Blocks of 64 bits that hold a time have its upper half first. */
static void put_time(struct buf *out, clock_ns time)
{
	put32(out, (uint32_t)((uint64_t)time >> 32));
	put32(out, (uint32_t)time);
}

static void pad(struct buf *out, size_t len)
{
	buf_append(out, "\0\0\0", (4 - len % 4) % 4);
}

static void put_option(struct buf *out, unsigned code, const void *value, size_t len)
{
	put16(out, code);
	put16(out, (unsigned)len);
	buf_append(out, value, len);
	pad(out, len);
}

/* Returns where the block begins; its length is filled in by block_end(). */
static size_t block_begin(struct buf *out, uint32_t type)
{
	size_t start = out->len;

	put32(out, type);
	put32(out, 0);
	return start;
}

static void block_end(struct buf *out, size_t start)
{
	uint32_t len = (uint32_t)(out->len - start + 4);

	put32(out, len);
	if (!out->error)
		memcpy(out->data + start + 4, &len, sizeof(len));
}

int pcapng_create(struct pcapng_writer *w, const char *path, struct error *err)
{
	static const char program[] = "cwmplab " CWMPLAB_VERSION;
	size_t start;

	*w = (struct pcapng_writer)PCAPNG_WRITER_NULL;
	w->fd = private_file_open(path, O_WRONLY | O_TRUNC);
	if (w->fd < 0)
		return error_set(err, w->fd, "%s: %s", path, error_name(w->fd));
	w->path = path;
	start = block_begin(&w->out, 0x0a0d0d0a);
	put32(&w->out, 0x1a2b3c4d);
	put16(&w->out, 1);
	put16(&w->out, 0);
	put64(&w->out, UINT64_MAX); /* length of the section: not known */
	put_option(&w->out, 4, program, sizeof(program) - 1);
	put_option(&w->out, OPT_END, NULL, 0);
	block_end(&w->out, start);
	return 0;
}

void pcapng_put_interface(struct pcapng_writer *w, const char *name)
{
	pcapng_put_interface_of(w, name, LINKTYPE_ETHERNET);
}

void pcapng_put_interface_of(struct pcapng_writer *w, const char *name,
    uint16_t linktype)
{
	static const uint8_t nanoseconds = 9;
	size_t start = block_begin(&w->out, 1);

	put16(&w->out, linktype);
	put16(&w->out, 0);
	put32(&w->out, SNAPLEN);
	if (name)
		put_option(&w->out, 2, name, strlen(name));
	put_option(&w->out, 9, &nanoseconds, 1);
	put_option(&w->out, OPT_END, NULL, 0);
	block_end(&w->out, start);
}

void pcapng_put_frame(struct pcapng_writer *w, const struct frame *frame)
{
	size_t start = block_begin(&w->out, 6);

	put32(&w->out, frame->interface);
	put_time(&w->out, frame->time);
	put32(&w->out, frame->caplen);
	put32(&w->out, frame->len);
	buf_append(&w->out, frame->bytes, frame->caplen);
	pad(&w->out, frame->caplen);
	block_end(&w->out, start);
}

static void put_secrets_block(struct pcapng_writer *w, struct str lines)
{
	size_t start = block_begin(&w->out, 0x0a);

	put32(&w->out, 0x544c534b); /* "TLSK": an NSS key log */
	put32(&w->out, (uint32_t)lines.len);
	buf_append_str(&w->out, lines);
	pad(&w->out, lines.len);
	block_end(&w->out, start);
}

void pcapng_put_secrets(struct pcapng_writer *w, struct str lines)
{
	while (lines.len > 0) {
		size_t n = lines.len;

		if (n > SECRETS_PART) {
			n = SECRETS_PART;
			while (n > 1 && lines.p[n - 1] != '\n')
				n--;
		}
		put_secrets_block(w, str_make(lines.p, n));
		lines = str_from(lines, n);
	}
}

void pcapng_put_statistics(struct pcapng_writer *w, const struct pcapng_statistics *s)
{
	size_t start = block_begin(&w->out, 5);

	put32(&w->out, s->interface);
	put_time(&w->out, s->end);
	put16(&w->out, 2);
	put16(&w->out, 8);
	put_time(&w->out, s->start);
	put16(&w->out, 3);
	put16(&w->out, 8);
	put_time(&w->out, s->end);
	put_option(&w->out, 4, &s->received, sizeof(s->received));
	put_option(&w->out, 5, &s->dropped, sizeof(s->dropped));
	put_option(&w->out, OPT_END, NULL, 0);
	block_end(&w->out, start);
}

/* Where the last whole block among the first n bytes of out ends. */
static size_t whole_blocks(const struct buf *out, size_t n)
{
	size_t end = 0;
	uint32_t len;

	while (out->len - end >= 12) {
		memcpy(&len, out->data + end + 4, sizeof(len));
		if (len > n - end)
			break;
		end += len;
	}
	return end;
}

int pcapng_flush(struct pcapng_writer *w, struct error *err)
{
	size_t at = 0;

	if (w->out.error)
		return error_set(err, w->out.error,
		    "%s: frames come faster than the "
		    "disk takes them",
		    w->path);
	while (at < w->out.len) {
		ssize_t n = write(w->fd, w->out.data + at, w->out.len - at);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && errno == EAGAIN) {
			w->is_pipe = true;
			break;
		}
		if (n < 0) {
			int code = -errno;

			/* A pipe takes parts of blocks, and nothing back. */
			w->written += w->is_pipe ? at : whole_blocks(&w->out, at);
			buf_reset(&w->out);
			(void)!ftruncate(w->fd, (off_t)w->written);
			return error_set(err, code,
			    "%s: %s; what was written until then can be read", w->path,
			    strerror(-code));
		}
		at += (size_t)n;
	}
	w->written += at;
	buf_consume(&w->out, at);
	return 0;
}

int pcapng_close(struct pcapng_writer *w, struct error *err)
{
	int r = w->fd >= 0 ? pcapng_flush(w, err) : 0;

	if (w->fd >= 0 && close(w->fd) < 0 && r == 0)
		r = error_set(err, -errno, "%s: %s", w->path, strerror(errno));
	buf_free(&w->out);
	w->fd = -1;
	return r;
}
