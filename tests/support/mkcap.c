/* mkcap [-l] SCRIPT OUT.pcap: the capture that a script describes (tests/rules/README.md);
 * -l lists the frames that each line became. */
#include "tests/support/script.h"

#include <inttypes.h>
#include <stdio.h>

int main(int argc, char **argv)
{
	bool lists = argc == 4 && str_is(str_of(argv[1]), "-l");
	struct error err = ERROR_NULL;
	struct script_map map;

	if (argc != (lists ? 4 : 3)) {
		fprintf(stderr, "usage: mkcap [-l] SCRIPT OUT.pcap\n");
		return 2;
	}
	if (script_run(argv[argc - 2], argv[argc - 1], &map, &err) < 0) {
		fprintf(stderr, "mkcap: %s\n", err.text);
		return 2;
	}
	for (size_t i = 0; i < map.len && lists; i++) {
		const struct script_line *line = &map.lines[i];

		if (line->first <= line->last)
			printf("line %u: frames %" PRIu64 "-%" PRIu64 "\n", line->line,
			    line->first, line->last);
	}
	script_map_free(&map);
	return 0;
}
