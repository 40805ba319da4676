#include "capture/file/capfile_internal.h"

#include "lib/base/cleanup.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

enum {
	HEADER_MAX = 24 /* what either format needs to be known */
};

static const uint8_t section_magic[4] = { 0x0a, 0x0d, 0x0d, 0x0a };

DEFINE_CLEANUP(struct capfile *, capfile_close)

static int begin(struct capfile *file, struct error *err)
{
	size_t have = input_peek(&file->in, HEADER_MAX);

	if (file->in.error)
		return error_set(err, ERR_MALFORMED, "%s: %s", file->path,
		    file->in.error == ERR_MALFORMED ? "damaged gzip data"
						    : strerror(-file->in.error));
	if (have == 0)
		return error_set(err, ERR_MALFORMED, "%s: is empty", file->path);
	if (have < sizeof(section_magic) ||
	    memcmp(input_at(&file->in), section_magic, sizeof(section_magic)) != 0)
		return pcap_begin(file, err);
	if (input_peek(&file->in, 12) < 12)
		return error_set(err, ERR_MALFORMED,
		    "%s: cut off inside its first header", file->path);
	file->is_pcapng = true;
	return 0;
}

bool capfile_is_one(struct input *in)
{
	size_t have = input_peek(in, HEADER_MAX);

	/* An input that cannot be read is told of by whoever opens it as a capture. */
	return in->error || have < sizeof(section_magic) ||
	       memcmp(input_at(in), section_magic, sizeof(section_magic)) == 0 ||
	       pcap_is_one(input_at(in));
}

int capfile_open(const char *path, capfile_secrets_fn *secrets, void *user,
    struct capfile **ret, struct error *err)
{
	struct input in = INPUT_NULL;
	int r = input_open(&in, path, err);

	if (r == 0)
		r = capfile_open_input(&in, path, secrets, user, ret, err);
	input_close(&in);
	return r;
}

int capfile_open_input(struct input *in, const char *path, capfile_secrets_fn *secrets,
    void *user, struct capfile **ret, struct error *err)
{
	auto_cleanup(capfile_close) struct capfile *file = calloc(1, sizeof(*file));
	int r;

	if (!file)
		return error_set(err, -ENOMEM, "%s: no memory", path);
	file->in = *in;
	*in = (struct input)INPUT_NULL;
	file->path = strdup(strcmp(path, "-") == 0 ? "standard input" : path);
	if (!file->path)
		return error_set(err, -ENOMEM, "%s: no memory", path);
	file->secrets = secrets;
	file->user = user;
	r = begin(file, err);
	if (r < 0)
		return r;
	*ret = steal_ptr(&file);
	return 0;
}

void capfile_close(struct capfile *file)
{
	if (!file)
		return;
	input_close(&file->in);
	free(file->interfaces);
	free((void *)file->path);
	free(file);
}

int capfile_next(struct capfile *file, struct frame *ret, struct error *err)
{
	int r =
	    file->is_pcapng ? pcapng_next(file, ret, err) : pcap_next(file, ret, err);

	if (r > 0) {
		file->counts.frames++;
		file->counts.bytes += ret->caplen;
	}
	if (r == 0 && file->in.error == ERR_MALFORMED)
		return capfile_damaged(file, file->in.offset, "damaged gzip data", err);
	if (r == 0 && file->in.error)
		return error_set_at(err, file->in.error, (size_t)file->in.offset,
		    "%s: %s after byte %llu", file->path, strerror(-file->in.error),
		    (unsigned long long)file->in.offset);
	if (r == 0 && file->in.is_cut && !file->counts.is_truncated)
		return capfile_cut(file, file->in.offset);
	return r;
}

const struct capfile_counts *capfile_counts(const struct capfile *file)
{
	return &file->counts;
}

bool capfile_scan_secrets(const char *path, capfile_secrets_fn *secrets, void *user)
{
	auto_cleanup(capfile_close) struct capfile *file = NULL;
	struct frame unused;
	struct stat st;

	if (strcmp(path, "-") == 0 || stat(path, &st) < 0 || !S_ISREG(st.st_mode) ||
	    capfile_open(path, secrets, user, &file, NULL) < 0 || !file->is_pcapng)
		return false;
	file->scan_only = true;
	while (pcapng_next(file, &unused, NULL) > 0) {
	}
	return true;
}
