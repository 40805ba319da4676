#include "lib/base/error.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static void set_text(struct error *err, const char *fmt, va_list args)
{
	(void)vsnprintf(err->text, sizeof(err->text), fmt, args);
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

int error_prefix(struct error *err, const char *fmt, ...)
{
	char text[ERROR_TEXT_MAX];
	va_list args;
	int n;

	if (!err)
		return 0;
	va_start(args, fmt);
	n = vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	if (n >= 0 && (size_t)n < sizeof(text)) {
		size_t left = sizeof(text) - (size_t)n;

		(void)snprintf(text + n, left, ": %.*s", (int)left, err->text);
	}
	memcpy(err->text, text, sizeof(text));
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
