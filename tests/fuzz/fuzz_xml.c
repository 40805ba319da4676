/* Of a document that is taken apart without the parser the parser says the same: a comment
 * behind it is for the parser alone. */
#include "lib/base/buf.h"
#include "lib/xml/xml_plain.h"
#include "lib/xml/xml_read.h"

#include <libxml/parser.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int on_start(void *user, const char *name, const char *ns,
    const struct xml_attr *attrs, size_t n_attrs)
{
	struct buf *words = user;

	buf_printf(words, "<%s %s", name, ns ? ns : "");
	for (size_t i = 0; i < n_attrs; i++)
		buf_printf(words, " %s %s %d=%.*s", attrs[i].name,
		    attrs[i].ns ? attrs[i].ns : "", attrs[i].is_unbound,
		    STR_ARG(attrs[i].value));
	buf_append_char(words, '>');
	return 0;
}

static int on_text(void *user, struct str text)
{
	buf_append_str(user, text);
	return 0;
}

static int on_end(void *user)
{
	buf_append_text(user, "</>");
	return 0;
}

static int read_all(struct xml_reader *reader, struct str document, struct buf *words)
{
	const struct xml_handler handler = { words, on_start, on_text, on_end };
	struct error err = ERROR_NULL;

	return xml_read(reader, document, &handler, &err);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct xml_plain plain;
	static struct xml_reader *reader; /* kept, as the programs keep theirs */
	struct str document = str_make(data, size);
	xmlDictPtr dictionary = xmlDictCreate();
	auto_buf own = BUF_NULL, parsed = BUF_NULL, commented = BUF_NULL;
	bool is_plain =
	    size > 0 && data[0] == '<' && xml_plain_read(&plain, document, dictionary);

	xml_plain_forget(&plain);
	xmlDictFree(dictionary);
	if (!reader)
		reader = xml_reader_new();
	if (!is_plain) {
		(void)read_all(reader, document, &own);
		return 0;
	}
	buf_append_str(&commented, document);
	buf_append_text(&commented, "<!-- -->");
	if (read_all(reader, document, &own) !=
		read_all(reader, buf_str(&commented), &parsed) ||
	    !str_eq(buf_str(&own), buf_str(&parsed)))
		abort();
	return 0;
}
