#include "lab/term/cmd.h"

#include "lib/base/buf.h"
#include "lib/base/error.h"
#include "lib/program/say.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

int cmd_status(int code)
{
	return code == ERR_CONFIG || code == ERR_USAGE || code == ERR_MALFORMED ||
		       code == ERR_LIMIT
		   ? EXIT_USAGE
		   : EXIT_MACHINE;
}

int cmd_fail(const struct error *err)
{
	/* Those of ERR_CONFIG begin with file, line and column, as compilers' do. */
	say_error(err->code == ERR_CONFIG ? "" : "cwmplab: ", err);
	return cmd_status(err->code);
}

int cmd_print(const struct buf *text, int status)
{
	if (text->error) {
		say(stderr, "cwmplab: %s\n", error_name(text->error));
		return EXIT_MACHINE;
	}
	say_text(stdout, buf_str(text));
	if (!ferror(stdout))
		return status;
	say(stderr, "cwmplab: standard output: %s\n", strerror(errno));
	return EXIT_MACHINE;
}

int cmd_finish(int status)
{
	errno = 0;
	if (fflush(stdout) == 0 && !ferror(stdout))
		return status;
	if (status != EXIT_MACHINE)
		say(stderr, "cwmplab: standard output: %s\n",
		    errno ? strerror(errno) : "not all of it could be written");
	return EXIT_MACHINE;
}
