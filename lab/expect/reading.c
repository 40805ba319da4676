#include "lab/expect/reading.h"

#include "lib/base/cleanup.h"
#include "lib/base/compiler.h"
#include "lib/base/shown.h"

#include <regex.h>

enum {
	SHOWN_MAX = 200 /* bytes of what it prints */
};

/* A line of it does. */
static bool matches(const char *pattern, struct str said)
{
	auto_buf text = BUF_NULL;
	regex_t regex;
	bool does;

	buf_append_str(&text, said);
	if (regcomp(&regex, pattern, REG_EXTENDED | REG_NOSUB | REG_NEWLINE) != 0)
		return false;
	does = regexec(&regex, buf_cstr(&text), 0, NULL, 0) == 0;
	regfree(&regex);
	return does;
}

enum reading_fit reading_judge(const struct reading_wanted *wanted,
    const struct reading_seen *seen, struct buf *out)
{
	struct str said = str_trim(seen->said);
	enum reading_fit fit = READING_FITS;

	if (seen->node)
		shown_printf(out, "%s in %s", seen->command, seen->node);
	else
		buf_append_text(out, "it");
	if (wanted->prints && !str_find(said, str_of(wanted->prints), NULL)) {
		shown_printf(out, " does not print \"%s\"", wanted->prints);
		fit = READING_DIFFERS;
	} else if (wanted->lacks && str_find(said, str_of(wanted->lacks), NULL)) {
		shown_printf(out, " prints \"%s\"", wanted->lacks);
		fit = READING_DIFFERS;
	} else if (wanted->matches && !matches(wanted->matches, said)) {
		shown_printf(out, " prints nothing that matches \"%s\"",
		    wanted->matches);
		fit = READING_DIFFERS;
	} else if (wanted->exit >= 0 && seen->status != wanted->exit) {
		shown_printf(out, " ends with status %d", seen->status);
		fit = READING_ENDS;
	}
	if (said.len == 0 && !seen->node) {
		buf_append_text(out, fit == READING_FITS ? " prints nothing" : "");
		return fit;
	}
	buf_append_text(out, fit == READING_FITS && !seen->node ? " prints: " : ": ");
	shown_append(out, str_make(said.p, MIN(said.len, (size_t)SHOWN_MAX)));
	return fit;
}
