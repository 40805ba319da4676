#include "lab/term/cmd.h"

#include "lib/base/buf.h"
#include "lib/base/error.h"

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
	(void)fprintf(stderr, "%s%s\n",
	    err->code == ERR_CONFIG ? "" : "cwmplab: ", err->text);
	return cmd_status(err->code);
}

int cmd_print(const struct buf *text, int status)
{
	if (text->error) {
		(void)fprintf(stderr, "cwmplab: %s\n", error_name(text->error));
		return EXIT_MACHINE;
	}
	if (fwrite(text->data, 1, text->len, stdout) == text->len)
		return status;
	(void)fprintf(stderr, "cwmplab: standard output: %s\n", strerror(errno));
	return EXIT_MACHINE;
}

int cmd_finish(int status)
{
	errno = 0;
	if (fflush(stdout) == 0 && !ferror(stdout))
		return status;
	if (status != EXIT_MACHINE)
		(void)fprintf(stderr, "cwmplab: standard output: %s\n",
		    errno ? strerror(errno) : "not all of it could be written");
	return EXIT_MACHINE;
}
