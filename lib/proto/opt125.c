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

int opt125_parse(struct opt125 *out, const void *bytes, size_t len, struct error *err)
{
	struct wire_reader r = wire_reader(bytes, len);

	*out = (struct opt125){ 0 };
	while (wire_left(&r) > 0) {
		size_t entry_at = r.at;
		uint32_t enterprise = wire_u32(&r);
		uint8_t n = wire_u8(&r);
		size_t left = wire_left(&r), data_at = r.at;
		struct str data = wire_str(&r, n);
		int failed;

		if (r.error)
			return error_set_at(err, ERR_MALFORMED, entry_at,
			    "entry at byte %zu: %u bytes announced, %zu follow",
			    entry_at, n, left);
		if (enterprise != BBF_ENTERPRISE)
			continue;
		out->has_bbf = true;
		failed = read_subs(out, data, data_at, err);
		if (failed < 0)
			return failed;
	}
	return 0;
}
