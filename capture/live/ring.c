#include "capture/live/ring.h"

#include "capture/file/pcapng_write.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/stat.h>

enum {
	FLUSH_BYTES = 1 << 20,
	STATISTICS_BYTES = 96, /* of one interface, at the end of a file */
	LAST_WORDS_MS = 1000,  /* that the reader of a pipe has for them */
};

struct counter {                 /* of one interface */
	uint64_t received, lost; /* in this file */
	uint64_t dropped_now, dropped_before;
};

struct ring {
	const struct ring_conf *conf;
	const struct ring_interface *interfaces;
	size_t n;
	struct counter *counters; /* owned */
	struct pcapng_writer file;
	char *path;         /* owned: of the file that is written */
	uint64_t sequence;  /* number of that file, from 1; 0: no ring */
	struct buf secrets; /* the newest, for the next file */
	uint64_t frames;    /* in this file */
	uint64_t lost;
	clock_ns first, last; /* frames of this file */
	bool is_pipe;
};

static bool is_ring(const struct ring_conf *conf)
{
	return conf->max_bytes > 0 || conf->max_time > 0;
}

/* The file name's ending stays at the end; the caller frees the path. */
static char *path_of(const struct ring_conf *conf, uint64_t sequence)
{
	const char *slash = strrchr(conf->path, '/');
	const char *dot = strrchr(slash ? slash : conf->path, '.');
	size_t stem = dot && dot > (slash ? slash + 1 : conf->path)
			  ? (size_t)(dot - conf->path)
			  : strlen(conf->path);
	char *path = NULL;

	if (asprintf(&path, "%.*s-%05llu%s", (int)stem, conf->path,
		(unsigned long long)sequence,
		conf->path[stem] ? conf->path + stem : ".pcapng") < 0)
		return NULL;
	return path;
}

static void put_head(struct ring *ring)
{
	for (size_t i = 0; i < ring->n; i++)
		pcapng_put_interface_of(&ring->file, ring->interfaces[i].name,
		    ring->interfaces[i].linktype);
	pcapng_put_secrets(&ring->file, buf_str(&ring->secrets));
}

static int begin_file(struct ring *ring, struct error *err)
{
	struct stat st;
	int r;

	free(ring->path);
	ring->path = is_ring(ring->conf) ? path_of(ring->conf, ++ring->sequence)
					 : strdup(ring->conf->path);
	if (!ring->path)
		return error_set(err, -ENOMEM, "out of memory");
	r = pcapng_create(&ring->file, ring->path, err);
	if (r < 0)
		return r;
	ring->is_pipe = fstat(ring->file.fd, &st) == 0 && S_ISFIFO(st.st_mode);
	if (ring->is_pipe)
		(void)fcntl(ring->file.fd, F_SETFL, O_NONBLOCK);
	ring->frames = 0;
	ring->first = ring->last = 0;
	for (size_t i = 0; i < ring->n; i++) {
		ring->counters[i].received = ring->counters[i].lost = 0;
		ring->counters[i].dropped_before = ring->counters[i].dropped_now;
	}
	put_head(ring);
	return pcapng_flush(&ring->file, err);
}

/* The reader of a pipe may still take what is there, or never. */
static void wait_for_reader(struct ring *ring)
{
	struct pollfd reader = { ring->file.fd, POLLOUT, 0 };

	while (ring->is_pipe && ring->file.out.len > 0 &&
	       poll(&reader, 1, LAST_WORDS_MS) > 0 &&
	       pcapng_flush(&ring->file, NULL) == 0)
		;
}

static int end_file(struct ring *ring, struct error *err)
{
	int r;

	for (size_t i = 0; i < ring->n; i++) {
		const struct counter *counter = &ring->counters[i];
		struct pcapng_statistics s = { (uint32_t)i, ring->first, ring->last,
			counter->received,
			counter->dropped_now - counter->dropped_before +
			    counter->lost };

		pcapng_put_statistics(&ring->file, &s);
	}
	r = pcapng_flush(&ring->file, err);
	if (r == 0)
		wait_for_reader(ring);
	if (r < 0)
		return r;
	buf_reset(&ring->file.out);
	return pcapng_close(&ring->file, err);
}

int ring_open(const struct ring_conf *conf, const struct ring_interface *interfaces,
    size_t n, struct ring **ret, struct error *err)
{
	auto_cleanup(ring_free) struct ring *ring = calloc(1, sizeof(*ring));
	int r;

	if (ring) {
		ring->file = (struct pcapng_writer)PCAPNG_WRITER_NULL;
		ring->counters = calloc(n, sizeof(*ring->counters));
	}
	if (!ring || !ring->counters)
		return error_set(err, -ENOMEM, "out of memory");
	ring->conf = conf;
	ring->interfaces = interfaces;
	ring->n = n;
	r = begin_file(ring, err);
	if (r == 0)
		*ret = steal_ptr(&ring);
	return r;
}

/* Keeps the newest whole lines for the files to come. */
static void keep_secrets(struct ring *ring, struct str lines)
{
	size_t max = RING_SECRETS_MAX;

	if (ring->conf->max_bytes > 0)
		max = MIN(max, (size_t)MIN(ring->conf->max_bytes / 8, SIZE_MAX));
	buf_append_str(&ring->secrets, lines);
	if (ring->secrets.len > max) {
		size_t cut = ring->secrets.len - max;
		const char *bytes = (const char *)ring->secrets.data;

		cut += str_find_char(str_make(bytes + cut, max), '\n') + 1;
		buf_consume(&ring->secrets, cut);
	}
}

void ring_put_secrets(struct ring *ring, struct str lines)
{
	if (is_ring(ring->conf))
		keep_secrets(ring, lines);
	pcapng_put_secrets(&ring->file, lines);
}

static bool is_full(const struct ring *ring, const struct frame *frame)
{
	const struct ring_conf *conf = ring->conf;
	uint64_t bytes = ring->file.written + ring->file.out.len + frame->caplen +
			 ring->n * STATISTICS_BYTES + 64;

	if (!is_ring(conf) || ring->frames == 0)
		return false;
	return (conf->max_bytes > 0 && bytes > conf->max_bytes) ||
	       (conf->max_time > 0 && frame->time - ring->first >= conf->max_time);
}

static int rotate(struct ring *ring, struct error *err)
{
	uint64_t files = ring->conf->files;
	int r = end_file(ring, err);

	if (r == 0 && files > 0 && ring->sequence >= files) {
		auto_free char *oldest =
		    path_of(ring->conf, ring->sequence - files + 1);

		if (oldest)
			(void)unlink(oldest);
	}
	return r < 0 ? r : begin_file(ring, err);
}

int ring_put_frame(struct ring *ring, const struct frame *frame, struct error *err)
{
	int r = is_full(ring, frame) ? rotate(ring, err) : 0;

	if (r < 0)
		return r;
	if (ring->is_pipe && ring->file.out.len > RING_WAITING_MAX) {
		ring->lost++;
		ring->counters[frame->interface].lost++;
		return 0;
	}
	pcapng_put_frame(&ring->file, frame);
	if (ring->frames++ == 0)
		ring->first = frame->time;
	ring->last = frame->time;
	ring->counters[frame->interface].received++;
	return ring->file.out.len < FLUSH_BYTES ? 0 : pcapng_flush(&ring->file, err);
}

void ring_set_dropped(struct ring *ring, size_t interface, uint64_t dropped)
{
	ring->counters[interface].dropped_now = dropped;
}

int ring_flush(struct ring *ring, struct error *err)
{
	return pcapng_flush(&ring->file, err);
}

int ring_close(struct ring *ring, struct error *err)
{
	return ring->file.fd < 0 ? 0 : end_file(ring, err);
}

uint64_t ring_lost(const struct ring *ring)
{
	return ring->lost;
}

const char *ring_path(const struct ring *ring)
{
	return ring->path;
}

int ring_fd(const struct ring *ring)
{
	return ring->file.fd;
}

void ring_free(struct ring *ring)
{
	if (!ring)
		return;
	if (ring->file.fd >= 0)
		(void)close(ring->file.fd);
	buf_free(&ring->file.out);
	if (ring->secrets.data)
		explicit_bzero(ring->secrets.data, ring->secrets.cap);
	buf_free(&ring->secrets);
	free(ring->counters);
	free(ring->path);
	free(ring);
}
