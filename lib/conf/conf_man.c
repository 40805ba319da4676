/* Rows as the text of a manual page (man(7) macros): one paragraph a key. */
#include "lib/base/buf.h"
#include "lib/conf/conf_internal.h"

#include <inttypes.h>

/* A backslash, and a point or quote at the start of a line, mean something to roff. */
static void put_text(struct buf *out, const char *text)
{
	if (*text == '.' || *text == '\'')
		buf_append_text(out, "\\&");
	for (; *text; text++) {
		if (*text == '\\')
			buf_append_text(out, "\\e");
		else if (*text == '-')
			buf_append_text(out, "\\-");
		else
			buf_append_char(out, *text);
	}
}

/* Where a list is taken, too. */
static void put_families(struct buf *out, const struct conf_row *row)
{
	if (conf_ip_is(row))
		buf_append_text(out,
		    row->type == CONF_IP_RANGE || row->max == 1
			? " of either family"
			: " of either family, or a list of one of each");
}

static void put_bounds(struct buf *out, const struct conf_row *row)
{
	char min[32], max[32];

	if (row->type == CONF_UINT && row->max > 0)
		buf_printf(out, ", %" PRIu64 " to %" PRIu64, row->min, row->max);
	if (row->type == CONF_DURATION && row->max > 0)
		buf_printf(out, ", %s to %s",
		    conf_duration_text(row->min, min, sizeof(min)),
		    conf_duration_text(row->max, max, sizeof(max)));
	if (row->word)
		buf_printf(out, ", or %s", row->word);
}

static void put_type(struct buf *out, const struct conf_row *row)
{
	static const char *const words[] = {
		[CONF_STR] = "text",
		[CONF_BOOL] = "true or false",
		[CONF_UINT] = "number",
		[CONF_DURATION] = "duration",
		[CONF_ENUM] = "",
		[CONF_IPV4] = "address",
		[CONF_IPV4_NET] = "address/prefix",
		[CONF_IPV4_RANGE] = "first\\-last",
		[CONF_IPS] = "address",
		[CONF_IP_NETS] = "address/prefix",
		[CONF_IP_RANGE] = "first\\-last",
		[CONF_MAC] = "MAC",
		[CONF_STRINGS] = "text or list of texts",
		[CONF_OBJECT] = "mapping",
		[CONF_OBJECTS] = "list of mappings",
		[CONF_NODE] = "see below",
	};

	buf_append_text(out, words[row->type]);
	for (size_t i = 0; row->type == CONF_ENUM && row->names[i]; i++) {
		buf_append_text(out, i ? " | " : "");
		put_text(out, row->names[i]);
	}
	put_families(out, row);
	put_bounds(out, row);
	if (row->is_required)
		buf_append_text(out, "; required");
	if (row->dflt && row->dflt[0]) {
		buf_append_text(out, "; default ");
		put_text(out, row->dflt);
	}
}

void conf_man(struct buf *out, const struct conf_row *rows)
{
	for (const struct conf_row *row = rows; row->key; row++) {
		buf_append_text(out, ".TP\n\\fB");
		put_text(out, row->key);
		buf_append_text(out, "\\fR (");
		put_type(out, row);
		buf_append_text(out, ")\n");
		put_text(out, row->help ? row->help : "");
		buf_append_char(out, '\n');
		if (!row->rows)
			continue;
		buf_append_text(out, ".RS\n");
		conf_man(out, row->rows);
		buf_append_text(out, ".RE\n");
	}
}
