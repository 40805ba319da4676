#include "lib/base/error.h"

#include "lib/base/cut.h"
#include "lib/base/secret.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* Words quote what somebody wrote, and go to terminals and logs. */
static void set_text(struct error *err, const char *fmt, va_list args)
{
	(void)cut_vprint(err->text, sizeof(err->text), fmt, args);
	secret_hide(err->text, sizeof(err->text));
}

int error_set(struct error *err, int code, const char *fmt, ...)
{
	va_list args;

	if (!err)
		return code;
	err->code = code;
	err->offset = 0;
	va_start(args, fmt);
	set_text(err, fmt, args);
	va_end(args);
	return code;
}

int error_set_at(struct error *err, int code, size_t offset, const char *fmt, ...)
{
	va_list args;

	if (!err)
		return code;
	err->code = code;
	err->offset = offset;
	va_start(args, fmt);
	set_text(err, fmt, args);
	va_end(args);
	return code;
}

int error_set_lines(struct error *err, int code, const char *text)
{
	if (!err)
		return code;
	err->code = code;
	err->offset = 0;
	(void)cut_lines(err->text, sizeof(err->text), "", text);
	secret_hide(err->text, sizeof(err->text));
	return code;
}

int error_prefix(struct error *err, const char *fmt, ...)
{
	char text[ERROR_TEXT_MAX];
	va_list args;
	size_t n;

	if (!err)
		return 0;
	va_start(args, fmt);
	n = strlen(cut_vprint(text, sizeof(text), fmt, args));
	va_end(args);
	(void)cut_lines(text + n, sizeof(text) - n, ": ", err->text);
	memcpy(err->text, text, sizeof(text));
	secret_hide(err->text, sizeof(err->text));
	return err->code;
}

int error_of_path(int number)
{
	switch (number) {
	case ENOSPC:
	case EDQUOT:
	case EFBIG:
	case EIO:
	case ENOMEM:
	case EMFILE:
	case ENFILE:
		return ERR_MACHINE;
	}
	return ERR_USAGE;
}

const char *error_name(int code)
{
	switch (code) {
#define XX(number, name, text) \
	case number:           \
		return text;
		ERROR_MAP(XX)
#undef XX
	case 0:
		return "no error";
	}
	return strerror(code < 0 ? -code : code);
}
