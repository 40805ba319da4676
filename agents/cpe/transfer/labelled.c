#include "agents/cpe/transfer/labelled.h"

#include "lib/base/cut.h"
#include "lib/base/utf8.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

uint32_t labelled_fail(struct labelled *file, uint32_t fault, const char *fmt, ...)
{
	va_list args;

	if (file->fault != 0)
		return file->fault;
	va_start(args, fmt);
	(void)cut_vprint(file->why, sizeof(file->why), fmt, args);
	va_end(args);
	file->fault = fault;
	return fault;
}

void labelled_start(struct labelled *file, const struct labelled_kind *kind, void *into)
{
	labelled_free(file);
	*file = (struct labelled){
		.kind = kind,
		.into = into,
		.digest = digest_begin(),
	};
	if (!file->digest)
		(void)labelled_fail(file, 9002, "no memory for %s", kind->a_noun);
}

void labelled_free(struct labelled *file)
{
	digest_free(file->digest);
	file->digest = NULL;
}

/* ---- the lines ---------------------------------------------------------------------- */

/* What it is no text for, or null. The CPE tells such texts in Informs, which are XML, and at
 * its console, which may be a terminal elsewhere. */
static const char *flaw_of(struct str text)
{
	while (text.len > 0) {
		size_t n = utf8_char(text);

		if (n == 0)
			return "is no UTF-8";
		if (utf8_unruly(text) > 0)
			return "holds a control character";
		if (!utf8_is_xml(text))
			return "holds a character that XML forbids";
		text = str_from(text, n);
	}
	return NULL;
}

static void take_text(struct labelled *file, const char *name, struct str value,
    char *text, size_t size)
{
	const char *flaw = flaw_of(value);

	if (value.len == 0 || value.len >= size)
		(void)labelled_fail(file, 9018, "the %s of the %s has %zu bytes", name,
		    file->kind->noun, value.len);
	else if (flaw)
		(void)labelled_fail(file, 9018, "the %s of the %s %s", name,
		    file->kind->noun, flaw);
	else
		(void)snprintf(text, size, "%.*s", STR_ARG(value));
}

static void take_line(struct labelled *file, struct str line)
{
	const struct labelled_row *row = file->kind->rows;
	struct str value, name = str_cut(line, ':', &value);

	value = str_trim(value);
	for (; row->name; row++) {
		if (!str_is(name, row->name))
			continue;
		take_text(file, row->name, value, (char *)file->into + row->offset,
		    row->size);
		return;
	}
	if (str_is(name, "sha256"))
		take_text(file, "sha256", value, file->sha256, sizeof(file->sha256));
	else if (str_is(name, "size") &&
		 str_to_u64(value, UINT64_MAX, &file->size) == 0)
		file->has_size = true;
	else
		(void)labelled_fail(file, 9018, "a line of the %s is none of %s's",
		    file->kind->noun, file->kind->a_noun);
}

static void take_head(struct labelled *file)
{
	struct str rest = str_make(file->head, file->n_head);
	struct str line = str_cut(rest, '\n', &rest);

	file->is_headed = true;
	if (!str_is(line, file->kind->first_line)) {
		(void)labelled_fail(file, 9018,
		    "the file is no %s: its first line is not \"%s\"", file->kind->noun,
		    file->kind->first_line);
		return;
	}
	while (file->fault == 0 && rest.len > 1)
		take_line(file, str_cut(rest, '\n', &rest));
}

static bool ends_head(const struct labelled *file)
{
	return str_ends(str_make(file->head, file->n_head), STR("\n\n"));
}

static uint32_t miss_end(struct labelled *file)
{
	return labelled_fail(file, 9018, "the file is no %s: its lines have no end",
	    file->kind->noun);
}

void labelled_add(struct labelled *file, struct str bytes)
{
	size_t n = 0;

	while (n < bytes.len && !file->is_headed && file->fault == 0) {
		if (file->n_head == sizeof(file->head)) {
			(void)miss_end(file);
			return;
		}
		file->head[file->n_head++] = bytes.p[n++];
		if (ends_head(file))
			take_head(file);
	}
	if (file->fault != 0)
		return;
	bytes = str_from(bytes, n);
	file->n_bytes += bytes.len;
	digest_add(file->digest, bytes.p, bytes.len);
}

/* ---- the end ------------------------------------------------------------------------ */

uint32_t labelled_finish(struct labelled *file)
{
	char sum[AUTH_HASH_HEX_MAX] = "";

	if (file->fault != 0)
		return file->fault;
	if (!file->is_headed)
		return miss_end(file);
	digest_end(file->digest, sum);
	if (file->has_size && file->n_bytes != file->size)
		return labelled_fail(file, 9018, "the %s has %llu bytes and says %llu",
		    file->kind->noun, (unsigned long long)file->n_bytes,
		    (unsigned long long)file->size);
	if (file->sha256[0] && !str_eq_nocase(str_of(file->sha256), str_of(sum)))
		return labelled_fail(file, 9018,
		    "the %s has another checksum than it says", file->kind->noun);
	return 0;
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* The number at *at, which goes behind it. */
static uint64_t take_number(const char **at)
{
	char *end;
	uint64_t n = strtoull(*at, &end, 10);

	*at = end;
	return n;
}

bool labelled_is_older(const char *a, const char *b)
{
	while (*a && *b) {
		if (is_digit(*a) && is_digit(*b)) {
			uint64_t x = take_number(&a), y = take_number(&b);

			if (x != y)
				return x < y;
		} else if (*a != *b) {
			return (unsigned char)*a < (unsigned char)*b;
		} else {
			a++;
			b++;
		}
	}
	return !*a && *b;
}
