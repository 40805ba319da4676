#include "lab/run/note.h"

#include "lib/base/cut.h"
#include "lib/base/text.h"
#include "lib/proto/url.h"

#include <stdarg.h>

/* "FILE:13:9: error: what is wrong" reads as "note: FILE:13:9: what is wrong". */
void note_text(struct buf *out, struct str text)
{
	struct str word = STR(" error:");
	size_t at;

	buf_append_text(out, "note: ");
	if (str_find(text, word, &at)) {
		buf_append(out, text.p, at);
		text = str_from(text, at + word.len);
	}
	buf_append_str(out, text);
	buf_append_char(out, '\n');
}

/* A document may note mistakes, which this is none of. */
void note_at(struct buf *out, const struct conf_doc *doc, const struct conf_node *at,
    const char *hint, const char *fmt, ...)
{
	struct conf_doc quiet = *doc;
	struct error err = ERROR_NULL;
	char words[400];
	va_list args;

	va_start(args, fmt);
	(void)cut_vprint(words, sizeof(words), fmt, args);
	va_end(args);
	quiet.mistakes = NULL;
	(void)conf_fail(&quiet, at, hint, &err, "%s", words);
	note_text(out, str_of(err.text));
}

static bool is_known_host(const struct topology *topology, const struct url *url)
{
	uint32_t address;

	if (url->is_ipv6 || ipv4_parse(url->host, &address) == 0)
		return true;
	for (size_t i = 0; i < topology->n_names; i++) {
		if (str_eq_nocase(url->host, str_of(topology->names[i].name)))
			return true;
	}
	return false;
}

void note_host(const struct topology *topology, const struct conf_doc *doc,
    const struct conf_node *at, const char *text, struct buf *out)
{
	struct url url;

	if (!text || url_parse(&url, str_of(text), NULL) < 0 ||
	    is_known_host(topology, &url))
		return;
	note_at(out, doc, at, "who is told this URL finds nobody there",
	    "no DNS of this lab knows \"%.*s\"", STR_ARG(url.host));
}
