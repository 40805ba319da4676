#include "lib/program/screen.h"

#include "lib/base/str.h"

#include <langinfo.h>
#include <limits.h>
#include <locale.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

unsigned screen_width(int fd)
{
	struct winsize size = { 0 };
	uint64_t columns;

	if (str_to_u64(str_of(getenv("COLUMNS")), USHRT_MAX, &columns) == 0 &&
	    columns > 0)
		return (unsigned)columns;
	return isatty(fd) && ioctl(fd, TIOCGWINSZ, &size) == 0 ? size.ws_col : 0;
}

struct screen screen_detect(void)
{
	locale_t locale = newlocale(LC_CTYPE_MASK, "", (locale_t)0);
	const char *plain = getenv("NO_COLOR"), *terminal = getenv("TERM");
	struct screen screen = { .width = screen_width(STDOUT_FILENO) };

	if (locale) {
		screen.is_utf8 = strcmp(nl_langinfo_l(CODESET, locale), "UTF-8") == 0;
		freelocale(locale);
	}
	screen.has_colour = isatty(STDOUT_FILENO) && (!plain || !*plain) && terminal &&
			    strcmp(terminal, "dumb") != 0;
	return screen;
}
