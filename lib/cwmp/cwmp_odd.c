/* What the reader notes of a message that deviates: where, and how. */
#include "lib/cwmp/cwmp_read_internal.h"

enum {
	NAMESPACE_MAX = 80, /* bytes of one that are quoted */
	FIRST_ARGUMENT = 2, /* frames before it: the base, and the method */
};

/* "ParameterList/ParameterValueStruct[3]", and what is missing in it. */
static void put_path(struct buf *out, const struct cwmp_reader *r, const char *missing)
{
	const char *between = "";

	for (const struct open_element *e = r->frames + FIRST_ARGUMENT; e <= r->frame;
	     e++) {
		if (!e->name)
			continue;
		buf_printf(out, "%s%s", between, e->name);
		if (e->place > 0)
			buf_printf(out, "[%zu]", e->place);
		between = "/";
	}
	if (missing)
		buf_printf(out, "%s%s", between, missing);
}

static int keep(struct cwmp_reader *r, struct str *target, const struct buf *text)
{
	if (text->error)
		return error_set(r->err, text->error, "no memory");
	return cwmp_store(r, target, buf_str(text));
}

int cwmp_odd_missing(struct cwmp_reader *r, const char *name, bool is_spared)
{
	struct cwmp_oddity *odd = &r->msg->odd[CWMP_ODD_MISSING];
	auto_buf paths = BUF_NULL;

	r->msg->deviations |= CWMP_MISSING_ARGUMENT;
	odd->n_needed += !is_spared;
	if (odd->n++ >= CWMP_MISSING_TOLD_MAX)
		return 0;
	if (odd->path.len > 0) {
		buf_append_str(&paths, odd->path);
		buf_append_text(&paths, ", ");
	}
	put_path(&paths, r, name);
	return keep(r, &odd->path, &paths);
}

int cwmp_odd_note(struct cwmp_reader *r, enum cwmp_deviation deviation,
    enum cwmp_oddity_kind kind, struct str text)
{
	struct cwmp_oddity *odd = &r->msg->odd[kind];
	auto_buf path = BUF_NULL;
	int f;

	r->msg->deviations |= deviation;
	if (odd->n++ > 0)
		return 0;
	f = cwmp_store(r, &odd->text, text);
	if (f < 0 || r->section != SECTION_BODY)
		return f;
	put_path(&path, r, NULL);
	return keep(r, &odd->path, &path);
}

int cwmp_odd_attribute(struct cwmp_reader *r, enum cwmp_deviation deviation,
    enum cwmp_oddity_kind kind, const char *wanted, const struct xml_attr *other)
{
	auto_buf text = BUF_NULL;

	if (!other)
		buf_printf(&text, "has no %s", wanted);
	else if (other->is_unbound)
		buf_printf(&text, "has %s with a prefix that is not declared", wanted);
	else if (!other->ns)
		buf_printf(&text, "has %s without a namespace", wanted);
	else
		buf_printf(&text, "has %s of the namespace \"%.*s\"", wanted,
		    (int)MIN(strlen(other->ns), (size_t)NAMESPACE_MAX), other->ns);
	if (text.error)
		return error_set(r->err, text.error, "no memory");
	return cwmp_odd_note(r, deviation, kind, buf_str(&text));
}
