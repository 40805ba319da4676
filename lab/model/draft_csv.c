/* Leaves as CSV. */
#include "lab/model/draft_write.h"

#include "lib/base/buf.h"

static void put_field(struct buf *out, struct str text)
{
	bool is_quoted = false;

	for (size_t i = 0; i < text.len && !is_quoted; i++)
		is_quoted = strchr(",\"\r\n", text.p[i]) && text.p[i];
	if (text.len > 0 && (text.p[0] == ' ' || text.p[text.len - 1] == ' '))
		is_quoted = true;
	if (!is_quoted) {
		buf_append_str(out, text);
		return;
	}
	buf_append_char(out, '"');
	for (size_t i = 0; i < text.len; i++) {
		if (text.p[i] == '"')
			buf_append_char(out, '"');
		buf_append_char(out, text.p[i]);
	}
	buf_append_char(out, '"');
}

void draft_write_csv(struct buf *out, const struct draft_leaves *leaves)
{
	buf_append_text(out, "Parameter,Object,Writable,Value,Value type\r\n");
	for (size_t i = 0; i < leaves->len; i++) {
		const struct draft_leaf *leaf = &leaves->items[i];
		struct str path = leaf->path;

		if (!leaf->param)
			path.len--; /* GenieACS writes objects without their dot */
		put_field(out, path);
		buf_append_text(out, leaf->param ? ",false," : ",true,");
		buf_append_text(out, leaf->is_writable ? "true," : "false,");
		if (leaf->param) {
			put_field(out, leaf->value);
			buf_printf(out, ",xsd:%s", model_type_name(leaf->param->type));
		} else {
			buf_append_char(out, ',');
		}
		buf_append_text(out, "\r\n");
	}
}
