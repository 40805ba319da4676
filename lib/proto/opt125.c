#include "lib/proto/opt125.h"

#include "lib/base/compiler.h"
#include "lib/base/wire.h"

/* The sub-options of one enterprise, which start at base in the option. The first copy of
 * each counts, as in option 43. */
static int read_subs(struct opt125 *out, struct str data, size_t base,
    struct error *err)
{
	size_t at = 0;

	while (at < data.len) {
		uint8_t code = (uint8_t)data.p[at];
		size_t len, left = data.len - at;

		if (left < 2)
			return error_set_at(err, ERR_MALFORMED, base + at,
			    "sub-option %u at byte %zu: the length is missing", code,
			    base + at);
		len = (uint8_t)data.p[at + 1];
		if (len > left - 2)
			return error_set_at(err, ERR_MALFORMED, base + at,
			    "sub-option %u at byte %zu: length %zu past the end, %zu "
			    "bytes follow",
			    code, base + at, len, left - 2);
		if (code < ARRAY_LEN(out->sub) && !out->sub[code].p)
			out->sub[code] = str_make(data.p + at + 2, len);
		at += 2 + len;
	}
	return 0;
}

/* The next entry of both options: 1 with its enterprise, data and where that stands; 0 at
 * the end. */
static int next_entry(struct wire_reader *r, uint32_t *enterprise, struct str *data,
    size_t *data_at, struct error *err)
{
	size_t entry_at = r->at, left;
	uint8_t n;

	if (wire_left(r) == 0)
		return 0;
	*enterprise = wire_u32(r);
	n = wire_u8(r);
	left = wire_left(r);
	*data_at = r->at;
	*data = wire_str(r, n);
	if (r->error)
		return error_set_at(err, ERR_MALFORMED, entry_at,
		    "entry at byte %zu: %u bytes announced, %zu follow", entry_at, n,
		    left);
	return 1;
}

int opt124_parse(struct opt124 *out, const void *bytes, size_t len, struct error *err)
{
	struct wire_reader r = wire_reader(bytes, len);
	uint32_t enterprise;
	struct str data;
	size_t at;
	int n;

	*out = (struct opt124){ 0 };
	while ((n = next_entry(&r, &enterprise, &data, &at, err)) > 0) {
		if (enterprise == BBF_ENTERPRISE && !out->has_bbf)
			*out = (struct opt124){ true, data };
	}
	return n;
}

int opt125_parse(struct opt125 *out, const void *bytes, size_t len, struct error *err)
{
	struct wire_reader r = wire_reader(bytes, len);
	uint32_t enterprise;
	struct str data;
	size_t at;
	int n;

	*out = (struct opt125){ 0 };
	while ((n = next_entry(&r, &enterprise, &data, &at, err)) > 0) {
		if (enterprise != BBF_ENTERPRISE)
			continue;
		out->has_bbf = true;
		n = read_subs(out, data, at, err);
		if (n < 0)
			return n;
	}
	return n;
}
