/* Shared by capfile.c and the readers of the two formats. */
#pragma once

#include "capture/file/capfile.h"
#include "capture/file/input.h"

struct capfile_interface {
	uint16_t linktype;
	uint32_t snaplen; /* 0: none */
	bool is_binary;   /* resolution 2^-exponent, else 10^-exponent s */
	uint8_t exponent;
	int64_t offset_s; /* to be added to its time stamps */
	uint64_t dropped; /* as its latest statistics block tells */
};

struct capfile {
	struct input in;
	const char *path; /* owned */
	capfile_secrets_fn *secrets;
	void *user;
	struct capfile_counts counts;
	bool is_pcapng;
	bool is_swapped; /* numbers are big-endian */
	bool scan_only;  /* only secrets are wanted: frames are not read */
	uint64_t number; /* of the last frame */

	/* classic pcap */
	uint32_t record_header; /* bytes before each frame */
	uint32_t ns_per_tick;
	uint16_t linktype;
	uint16_t version_minor;

	/* pcapng */
	struct capfile_interface *interfaces; /* owned; of all sections */
	uint32_t n_interfaces;
	uint32_t section_first; /* the first interface of this section */
};

static inline uint16_t capfile_u16(const struct capfile *file, const uint8_t *p)
{
	uint16_t v = (uint16_t)(p[0] | p[1] << 8);

	return (uint16_t)(file->is_swapped ? v >> 8 | v << 8 : v);
}

static inline uint32_t capfile_u32(const struct capfile *file, const uint8_t *p)
{
	uint32_t le = (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 |
		      (uint32_t)p[3] << 24;
	uint32_t be = (uint32_t)p[3] | (uint32_t)p[2] << 8 | (uint32_t)p[1] << 16 |
		      (uint32_t)p[0] << 24;

	return file->is_swapped ? be : le;
}

static inline uint64_t capfile_u64(const struct capfile *file, const uint8_t *p)
{
	uint64_t first = capfile_u32(file, p), second = capfile_u32(file, p + 4);

	return file->is_swapped ? first << 32 | second : second << 32 | first;
}

/* Notes that the file ends inside the record that begins at offset. Always 0, as
 * capfile_next() says at the end of a file. */
int capfile_cut(struct capfile *file, uint64_t offset);

/* Notes that the record at offset is damaged, so that no later record can be found;
 * what is a literal that says how. ERR_MALFORMED when no frame came before it, else 0
 * as at the end of a file. */
int capfile_damaged(struct capfile *file, uint64_t offset, const char *what,
    struct error *err);

/* Reads the file header of classic pcap. ERR_MALFORMED where the file does not begin
 * with one of its magic numbers, or ends inside the header; ERR_UNSUPPORTED for another
 * version. */
int pcap_begin(struct capfile *file, struct error *err);
/* Whether the 4 bytes are one of its magic numbers, in either byte order. */
bool pcap_is_one(const uint8_t *bytes);
int pcap_next(struct capfile *file, struct frame *ret, struct error *err);

int pcapng_next(struct capfile *file, struct frame *ret, struct error *err);
