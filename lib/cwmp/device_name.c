#include "lib/cwmp/device_name.h"

#include "lib/base/buf.h"

#include <string.h>

static void put(struct buf *out, struct str text)
{
	static const char unreserved[] =
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";

	for (size_t i = 0; i < text.len; i++) {
		if (text.p[i] != '\0' && strchr(unreserved, text.p[i]))
			buf_append_char(out, text.p[i]);
		else
			buf_printf(out, "%%%02X", (unsigned)(unsigned char)text.p[i]);
	}
}

/* As much of it as is asked for. */
static void put_name(struct buf *out, const struct cwmp_device_id *id, bool has_class,
    bool has_serial)
{
	put(out, id->oui);
	if (has_class) {
		buf_append_char(out, '-');
		put(out, id->product_class);
	}
	if (has_serial) {
		buf_append_char(out, '-');
		put(out, id->serial_number);
	}
}

static bool write_name(const struct cwmp_device_id *id, bool has_class, char *text)
{
	auto_buf out = BUF_NULL;

	put_name(&out, id, has_class, true);
	if (out.error || out.len >= CWMP_DEVICE_NAME_MAX)
		return false;
	memcpy(text, buf_cstr(&out), out.len + 1);
	return true;
}

int cwmp_device_name(const struct cwmp_device_id *id, char text[CWMP_DEVICE_NAME_MAX])
{
	text[0] = '\0';
	if ((id->product_class.len > 0 && write_name(id, true, text)) ||
	    write_name(id, false, text))
		return 0;
	return ERR_LIMIT;
}

static bool is_kind(const struct cwmp_device_id *id, bool has_class, struct str name)
{
	auto_buf kind = BUF_NULL;

	put_name(&kind, id, has_class, false);
	return !kind.error && str_eq(buf_str(&kind), name);
}

bool cwmp_device_is_named(const struct cwmp_device_id *id, struct str name)
{
	char own[CWMP_DEVICE_NAME_MAX];

	if (cwmp_device_name(id, own) == 0 && str_is(name, own))
		return true;
	return is_kind(id, false, name) ||
	       (id->product_class.len > 0 && is_kind(id, true, name));
}
