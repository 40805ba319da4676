/* Classic pcap, draft-ietf-opsawg-pcap. */
#include "capture/file/capfile_internal.h"

#include "lib/base/compiler.h"

enum {
	FILE_HEADER = 24,
	MAGIC_MICRO = 0xa1b2c3d4,
	MAGIC_NANO = 0xa1b23c4d,
	MAGIC_MODIFIED = 0xa1b2cd34, /* Kuznetzov's: interface and more per frame */
};

static const struct magic {
	uint32_t value;
	uint32_t ns_per_tick;
	uint32_t record_header;
} magics[] = {
	{ MAGIC_MICRO, 1000, 16 },
	{ MAGIC_NANO, 1, 16 },
	{ MAGIC_MODIFIED, 1000, 24 },
};

static bool pcap_detect(struct capfile *file, const uint8_t *bytes)
{
	for (int swapped = 0; swapped < 2; swapped++) {
		file->is_swapped = swapped;
		for (size_t i = 0; i < ARRAY_LEN(magics); i++) {
			if (capfile_u32(file, bytes) != magics[i].value)
				continue;
			file->ns_per_tick = magics[i].ns_per_tick;
			file->record_header = magics[i].record_header;
			return true;
		}
	}
	return false;
}

bool pcap_is_one(const uint8_t *bytes)
{
	struct capfile any = { .path = NULL };

	return pcap_detect(&any, bytes);
}

int pcap_begin(struct capfile *file, struct error *err)
{
	const uint8_t *p;
	size_t have = input_peek(&file->in, FILE_HEADER);

	p = input_at(&file->in);
	if (have < 4 || !pcap_detect(file, p))
		return error_set(err, ERR_MALFORMED,
		    "%s: not a capture (neither pcap nor pcapng)", file->path);
	if (have < FILE_HEADER)
		return error_set(err, ERR_MALFORMED,
		    "%s: cut off inside its file header, after %zu of 24 bytes",
		    file->path, have);
	if (capfile_u16(file, p + 4) != 2)
		return error_set_at(err, ERR_UNSUPPORTED, 4,
		    "%s: pcap version %u.%u is not known", file->path,
		    capfile_u16(file, p + 4), capfile_u16(file, p + 6));
	file->version_minor = capfile_u16(file, p + 6);
	file->linktype = (uint16_t)capfile_u32(file, p + 20);
	file->counts.interfaces = 1;
	input_advance(&file->in, FILE_HEADER);
	return 0;
}

int pcap_next(struct capfile *file, struct frame *ret, struct error *err)
{
	uint64_t start = file->in.offset;
	size_t have = input_peek(&file->in, file->record_header);
	const uint8_t *p = input_at(&file->in);
	uint32_t caplen, len;
	clock_ns time;

	if (have < file->record_header)
		return have == 0 ? 0 : capfile_cut(file, start);
	time = (clock_ns)capfile_u32(file, p) * NS_PER_S +
	       (clock_ns)capfile_u32(file, p + 4) * file->ns_per_tick;
	caplen = capfile_u32(file, p + 8);
	len = capfile_u32(file, p + 12);
	/* Before 2.3 the two lengths stood the other way round, in 2.3 either way. */
	if (file->version_minor < 3 || (file->version_minor == 3 && caplen > len)) {
		uint32_t other = caplen;

		caplen = len;
		len = other;
	}
	if (caplen > CAPFILE_BLOCK_MAX)
		return capfile_damaged(file, start, "a frame of over 16 MiB", err);
	have = input_peek(&file->in, (size_t)file->record_header + caplen);
	if (have < (size_t)file->record_header + caplen)
		return capfile_cut(file, start);
	*ret = (struct frame){
		.bytes = input_at(&file->in) + file->record_header,
		.caplen = caplen,
		.len = MAX(len, caplen),
		.linktype = file->linktype,
		.time = time,
		.number = ++file->number,
	};
	input_advance(&file->in, (size_t)file->record_header + caplen);
	return 1;
}
