#include "lab/model/import.h"

#include "lib/base/buf.h"
#include "lib/base/cut.h"
#include "lib/base/shown.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <sys/stat.h>

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

int import_read_file(const char *path, size_t max, struct buf *ret, struct error *err)
{
	auto_fd fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	struct stat st;

	if (fd < 0)
		return error_set(err, error_of_path(errno), "%s: cannot be opened: %s",
		    path, strerror(errno));
	if (fstat(fd, &st) == 0 && S_ISDIR(st.st_mode))
		return error_set(err, ERR_USAGE, "%s: is a folder", path);
	ret->max = max + 1;
	for (;;) {
		uint8_t *room = buf_reserve(ret, 1);
		size_t left = ret->cap - ret->len;
		ssize_t n;

		if (!room)
			return ret->error == ERR_LIMIT
				   ? error_set(err, ERR_USAGE, "%s: more than %zu MiB",
					 path, max >> 20)
				   : error_set(err, -ENOMEM, "%s: no memory", path);
		n = read(fd, room, left);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return error_set(err, error_of_path(errno),
			    "%s: cannot be read: %s", path, strerror(errno));
		if (n == 0)
			break;
		ret->len += (size_t)n;
	}
	return ret->len > max
		   ? error_set(err, ERR_USAGE, "%s: more than %zu MiB", path, max >> 20)
		   : 0;
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
