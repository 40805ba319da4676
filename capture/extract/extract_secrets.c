/* Lines of key logs, chosen by the random of the ClientHello that they name
 * (draft-ietf-tls-keylogfile 2). */
#include "capture/extract/extract_internal.h"
#include "capture/file/capfile.h"
#include "lib/base/text.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

struct choice {
	const struct extract_wanted *wanted;
	struct buf *out;
};

static void choose_line(const struct choice *choice, struct str line)
{
	uint8_t random[32];
	struct str rest;

	line = str_trim(line);
	(void)str_cut(line, ' ', &rest);
	if (hex_parse(str_cut(rest, ' ', &rest), random, sizeof(random)) !=
		(int)sizeof(random) ||
	    rest.len == 0 ||
	    !map_get(&choice->wanted->randoms, str_make(random, sizeof(random))))
		return;
	buf_append_str(choice->out, line);
	buf_append_char(choice->out, '\n');
}

static void choose_lines(void *user, struct str lines)
{
	while (lines.len > 0)
		choose_line(user, str_cut(lines, '\n', &lines));
}

static int choose_from_file(struct choice *choice, const char *path, struct error *err)
{
	auto_file file = fopen(path, "re");
	auto_free char *line = NULL;
	size_t size = 0;
	ssize_t n;

	if (!file)
		return error_set(err, ERR_USAGE, "%s: %s", path, strerror(errno));
	while ((n = getline(&line, &size, file)) > 0)
		choose_line(choice, str_make(line, (size_t)n));
	return 0;
}

int extract_secrets(const struct extract_wanted *wanted,
    const struct extract_options *options, struct buf *out, struct error *err)
{
	struct choice choice = { wanted, out };
	int r = 0;

	if (wanted->randoms.len == 0)
		return 0;
	(void)capfile_scan_secrets(options->path, choose_lines, &choice);
	if (options->keylog)
		r = choose_from_file(&choice, options->keylog, err);
	if (r == 0 && out->error)
		r = error_set(err, out->error, "%s: no memory for its secrets",
		    options->path);
	return r;
}
