#include "lab/model/import.h"

#include "lib/base/buf.h"
#include "lib/base/cut.h"
#include "lib/base/shown.h"

#include <errno.h>
#include <stdarg.h>

static const char *const kind_names[] = { "csv", "capture", "xml" };

const char *import_kind_name(enum import_kind kind)
{
	return kind < ARRAY_LEN(kind_names) ? kind_names[kind] : NULL;
}

/* The first line of an export names its columns. */
static bool is_csv(struct str bytes)
{
	struct str line = str_make(bytes.p, str_find_char(bytes, '\n'));

	return str_find(line, STR("Parameter"), NULL) &&
	       str_find_char(line, ',') < line.len && line.len < 4096;
}

static bool is_xml(struct str bytes)
{
	enum {
		LOOKED_AT = 64 << 10 /* a licence stands before the root element */
	};

	bytes.len = MIN(bytes.len, (size_t)LOOKED_AT);
	return str_starts(str_trim(bytes), STR("<")) &&
	       str_find(bytes, STR("urn:broadband-forum-org:cwmp:datamodel"), NULL);
}

enum import_kind import_recognise(struct str bytes)
{
	if (str_starts(bytes, STR("\xef\xbb\xbf")))
		bytes = str_from(bytes, 3);
	if (is_xml(bytes))
		return IMPORT_XML;
	return is_csv(bytes) ? IMPORT_CSV : IMPORT_CAPTURE;
}

int import_mistake(struct conf_mistakes *mistakes, const char *name, uint32_t line,
    uint32_t column, struct error *err, const char *fmt, ...)
{
	char words[400];
	auto_buf text = BUF_NULL;
	va_list args;

	va_start(args, fmt);
	(void)cut_vprint(words, sizeof(words), fmt, args);
	va_end(args);
	shown_printf(&text, "%s:%u:%u: error: %s", name, line, column, words);
	conf_mistakes_add(mistakes, line, column, buf_cstr(&text));
	return error_set(err, ERR_CONFIG, "%s", buf_cstr(&text));
}
