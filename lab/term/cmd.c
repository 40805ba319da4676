#include "lab/term/cmd.h"

#include "lib/base/error.h"

#include <stdio.h>

int cmd_fail(const struct error *err)
{
	/* Those of ERR_CONFIG begin with file, line and column, as compilers' do. */
	(void)fprintf(stderr, "%s%s\n",
	    err->code == ERR_CONFIG ? "" : "cwmplab: ", err->text);
	return err->code == ERR_CONFIG || err->code == ERR_USAGE ||
		       err->code == ERR_MALFORMED || err->code == ERR_LIMIT
		   ? EXIT_USAGE
		   : EXIT_MACHINE;
}
