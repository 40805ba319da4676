#include "lab/verbs/cmds.h"

#include "lab/graph/graph.h"
#include "lab/run/topology_file.h"
#include "lab/term/cmd.h"
#include "lib/base/buf.h"

#include <getopt.h>
#include <stdio.h>

static const char usage[] =
    "usage: cwmplab validate FILE...\n"
    "\n"
    "Reads each topology (or FILE/topology.yaml) and checks all that needs no kernel:\n"
    "keys, units, names, addresses, ports, loops, files beside it. Nothing is built.\n"
    "\n"
    "exit status: 0 all are sound; 2 one is not, and where; \"cwmplab schema topology\"\n"
    "lists the keys\n";

static int validate(const char *path)
{
	struct error err = ERROR_NULL;
	struct topology *topology = NULL;
	auto_buf out = BUF_NULL;
	int r = topology_file_load(path, &topology, &err);

	if (r < 0) {
		(void)fprintf(stderr, "%s\n", err.text);
		return r == ERR_CONFIG ? EXIT_USAGE : EXIT_MACHINE;
	}
	graph_summary(&out, topology);
	printf("ok  %s: %s\n", topology->name, buf_cstr(&out));
	topology_free(topology);
	return EXIT_OK;
}

int cmd_validate(int argc, char **argv)
{
	static const struct option options[] = {
		{ "help", no_argument, NULL, 'h' },
		{ NULL, 0, NULL, 0 },
	};
	int option, status = EXIT_OK;

	while ((option = getopt_long(argc, argv, "h", options, NULL)) != -1) {
		(void)fputs(usage, option == 'h' ? stdout : stderr);
		return option == 'h' ? EXIT_OK : EXIT_USAGE;
	}
	if (optind == argc) {
		(void)fputs(usage, stderr);
		return EXIT_USAGE;
	}
	for (int i = optind; i < argc; i++) {
		int one = validate(argv[i]);

		status = MAX(status, one);
	}
	return status;
}
