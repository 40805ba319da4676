/* pcapng, draft-ietf-opsawg-pcapng. */
#include "capture/file/capfile_internal.h"

#include "lib/base/compiler.h"

#include <errno.h>
#include <stdlib.h>

enum block_type {
	BLOCK_SECTION = 0x0a0d0d0a,
	BLOCK_INTERFACE = 1,
	BLOCK_PACKET = 2, /* obsolete */
	BLOCK_SIMPLE = 3,
	BLOCK_STATISTICS = 5,
	BLOCK_ENHANCED = 6,
	BLOCK_JOURNAL = 9, /* carries no frame, but tshark numbers it as one */
	BLOCK_SECRETS = 0x0a,
};

enum {
	BYTE_ORDER_MAGIC = 0x1a2b3c4d,
	SECRETS_TLS = 0x544c534b,
	OPT_END = 0,
	OPT_IF_TSRESOL = 9,
	OPT_IF_TSOFFSET = 14,
	OPT_ISB_IFDROP = 5,
	BLOCK_FRAMING = 12, /* type, length before; length after */
	DEFAULT_EXPONENT = 6,
};

struct block {
	uint32_t type;
	const uint8_t *body;
	size_t len;
	uint64_t start; /* offset in the file */
};

struct block_option {
	uint16_t code;
	const uint8_t *value;
	uint16_t len;
};

/* The next option of body from *at on; false at the end. */
static bool option_next(const struct capfile *file, const struct block *block,
    size_t *at, struct block_option *ret)
{
	const uint8_t *p = block->body + *at;

	if (*at > block->len || block->len - *at < 4)
		return false;
	ret->code = capfile_u16(file, p);
	ret->len = capfile_u16(file, p + 2);
	ret->value = p + 4;
	if (ret->code == OPT_END || block->len - *at - 4 < ret->len)
		return false;
	*at += 4 + ((size_t)ret->len + 3) / 4 * 4;
	return true;
}

static void read_section(struct capfile *file)
{
	file->section_first = file->n_interfaces;
}

static int read_interface(struct capfile *file, const struct block *block,
    struct error *err)
{
	struct capfile_interface interface = { .exponent = DEFAULT_EXPONENT };
	struct capfile_interface *more;
	struct block_option option;
	size_t at = 8;

	if (file->n_interfaces >= CAPFILE_INTERFACES_MAX)
		return error_set(err, ERR_LIMIT, "%s: more than %d interfaces",
		    file->path, CAPFILE_INTERFACES_MAX);
	if (block->len >= 8) {
		interface.linktype = capfile_u16(file, block->body);
		interface.snaplen = capfile_u32(file, block->body + 4);
	}
	while (option_next(file, block, &at, &option)) {
		if (option.code == OPT_IF_TSRESOL && option.len >= 1) {
			interface.is_binary = option.value[0] & 0x80;
			interface.exponent = option.value[0] & 0x7f;
		} else if (option.code == OPT_IF_TSOFFSET && option.len >= 8) {
			interface.offset_s = (int64_t)capfile_u64(file, option.value);
		}
	}
	more = realloc(file->interfaces, (file->n_interfaces + 1) * sizeof(*more));
	if (!more)
		return error_set(err, -ENOMEM, "%s: no memory", file->path);
	file->interfaces = more;
	file->interfaces[file->n_interfaces++] = interface;
	file->counts.interfaces = file->n_interfaces;
	return 0;
}

static void read_statistics(struct capfile *file, const struct block *block)
{
	struct capfile_interface *interface;
	struct block_option option;
	size_t at = 12;
	uint32_t id;

	if (block->len < 12)
		return;
	id = capfile_u32(file, block->body);
	if (id >= file->n_interfaces - file->section_first)
		return;
	interface = &file->interfaces[file->section_first + id];
	while (option_next(file, block, &at, &option)) {
		if (option.code != OPT_ISB_IFDROP || option.len < 8)
			continue;
		file->counts.dropped -= interface->dropped;
		interface->dropped = capfile_u64(file, option.value);
		file->counts.dropped += interface->dropped;
	}
}

static void read_secrets(struct capfile *file, const struct block *block)
{
	uint32_t len;

	if (!file->secrets || block->len < 8 ||
	    capfile_u32(file, block->body) != SECRETS_TLS)
		return;
	len = capfile_u32(file, block->body + 4);
	if (len <= block->len - 8)
		file->secrets(file->user, str_make(block->body + 8, len));
}

/* Ticks of an interface as nanoseconds. Nonsense becomes some time before the year 2116,
 * so that differences of times never overflow. */
static clock_ns ticks_to_ns(const struct capfile_interface *interface, uint64_t ticks)
{
	uint64_t ns = 0, mask, part;
	unsigned shift = interface->exponent;

	if (!interface->is_binary) {
		unsigned e = shift;

		for (ns = ticks; e < 9; e++)
			ns *= 10;
		for (; e > 9 && ns > 0; e--)
			ns /= 10;
	} else if (shift < 64) {
		mask = (UINT64_C(1) << shift) - 1;
		part = ticks & mask;
		/* The product of 30 bits and 10^9 fits 64. */
		if (shift > 30)
			part >>= shift - 30;
		ns = (ticks >> shift) * (uint64_t)NS_PER_S +
		     (part * (uint64_t)NS_PER_S >> MIN(shift, 30u));
	}
	ns += (uint64_t)interface->offset_s * (uint64_t)NS_PER_S;
	return (clock_ns)MIN(ns, (uint64_t)INT64_MAX / 2);
}

struct packet_fields {
	uint32_t interface;
	uint64_t ticks;
	uint32_t caplen, len;
	size_t header; /* bytes of the block before the frame */
	bool has_time;
};

/* What is wrong with a block for a frame; null: it holds one. */
static const char *fault_of(const struct capfile *file, const struct block *block,
    const struct packet_fields *fields)
{
	if (block->len < fields->header || fields->caplen > block->len - fields->header)
		return "it is longer than its block";
	if (fields->interface >= file->n_interfaces - file->section_first)
		return "it is of an interface that the file does not describe";
	return NULL;
}

/* 1 with *ret, or 0 when the block is malformed and costs itself only. */
static int read_packet(struct capfile *file, const struct block *block,
    const struct packet_fields *fields, struct frame *ret)
{
	const struct capfile_interface *interface;
	const char *fault = fault_of(file, block, fields);

	if (fault && file->counts.skipped_records++ == 0) {
		file->counts.skipped_at = block->start;
		file->counts.skipped_why = fault;
	}
	if (fault)
		return 0;
	interface = &file->interfaces[file->section_first + fields->interface];
	*ret = (struct frame){
		.bytes = block->body + fields->header,
		.caplen = fields->caplen,
		.len = MAX(fields->len, fields->caplen),
		.linktype = interface->linktype,
		.interface = file->section_first + fields->interface,
		.time = fields->has_time ? ticks_to_ns(interface, fields->ticks) : 0,
		.number = ++file->number,
	};
	return 1;
}

static int read_enhanced(struct capfile *file, const struct block *block,
    struct frame *ret)
{
	struct packet_fields fields = { .header = 20, .has_time = true };
	const uint8_t *p = block->body;

	if (block->len < fields.header)
		return read_packet(file, block, &fields, ret);
	/* The obsolete block has 16 bits of interface and 16 of drops. */
	fields.interface =
	    block->type == BLOCK_PACKET ? capfile_u16(file, p) : capfile_u32(file, p);
	fields.ticks =
	    (uint64_t)capfile_u32(file, p + 4) << 32 | capfile_u32(file, p + 8);
	fields.caplen = capfile_u32(file, p + 12);
	fields.len = capfile_u32(file, p + 16);
	return read_packet(file, block, &fields, ret);
}

static int read_simple(struct capfile *file, const struct block *block,
    struct frame *ret)
{
	struct packet_fields fields = { .header = 4 };
	uint32_t snaplen;

	if (block->len >= 4 && file->n_interfaces > file->section_first) {
		snaplen = file->interfaces[file->section_first].snaplen;
		fields.len = capfile_u32(file, block->body);
		fields.caplen = snaplen ? MIN(fields.len, snaplen) : fields.len;
		fields.caplen = MIN(fields.caplen, (uint32_t)(block->len - 4));
	}
	return read_packet(file, block, &fields, ret);
}

/* 1: *ret is a frame; 0: go on with the next block. */
static int read_block(struct capfile *file, const struct block *block,
    struct frame *ret, struct error *err)
{
	switch ((enum block_type)block->type) {
	case BLOCK_SECTION:
		read_section(file);
		return 0;
	case BLOCK_INTERFACE:
		return read_interface(file, block, err);
	case BLOCK_STATISTICS:
		read_statistics(file, block);
		return 0;
	case BLOCK_SECRETS:
		read_secrets(file, block);
		return 0;
	case BLOCK_PACKET:
	case BLOCK_ENHANCED:
		return file->scan_only ? 0 : read_enhanced(file, block, ret);
	case BLOCK_SIMPLE:
		return file->scan_only ? 0 : read_simple(file, block, ret);
	case BLOCK_JOURNAL:
		file->number++;
		return 0;
	}
	return 0; /* names, custom blocks and all that may come */
}

/* The length of the block at the cursor, checked; 0 when the file ends here. */
static int block_length(struct capfile *file, uint32_t *ret, struct error *err)
{
	uint64_t start = file->in.offset;
	size_t have = input_peek(&file->in, BLOCK_FRAMING);
	const uint8_t *p = input_at(&file->in);

	if (have < BLOCK_FRAMING)
		return have == 0 ? 0 : capfile_cut(file, start);
	/* A section header is the same in both byte orders and tells which one rules. */
	if (capfile_u32(file, p) == BLOCK_SECTION) {
		file->is_swapped = false;
		file->is_swapped = capfile_u32(file, p + 8) != BYTE_ORDER_MAGIC;
		if (capfile_u32(file, p + 8) != BYTE_ORDER_MAGIC)
			return capfile_damaged(file, start,
			    "a section of no byte order", err);
	}
	*ret = capfile_u32(file, p + 4);
	if (*ret < BLOCK_FRAMING || *ret % 4 != 0)
		return capfile_damaged(file, start, "a block length that cannot be",
		    err);
	if (*ret > CAPFILE_BLOCK_MAX)
		return capfile_damaged(file, start, "a block of more than 16 MiB", err);
	return 1;
}

int pcapng_next(struct capfile *file, struct frame *ret, struct error *err)
{
	uint32_t len = 0;
	int r;

	while ((r = block_length(file, &len, err)) > 0) {
		struct block block = { .start = file->in.offset };

		if (input_peek(&file->in, len) < len)
			return capfile_cut(file, block.start);
		block.body = input_at(&file->in) + 8;
		block.len = len - BLOCK_FRAMING;
		block.type = capfile_u32(file, input_at(&file->in));
		if (capfile_u32(file, block.body + block.len) != len)
			return capfile_damaged(file, block.start,
			    "the two lengths of a block differ", err);
		r = read_block(file, &block, ret, err);
		input_advance(&file->in, len);
		if (r != 0)
			return r;
	}
	return r;
}
