#include "agents/cpe/place/if_counter.h"

#include "agents/common/netns.h"
#include "lib/base/cleanup.h"

#include <string.h>

static uint64_t read_column(const char *line, unsigned column)
{
	char *end;

	for (; column > 0; column--) {
		(void)strtoull(line, &end, 10);
		line = end;
	}
	return strtoull(line, NULL, 10);
}

uint64_t if_counter_read(const struct cpe_place *place, enum if_counter counter)
{
	const char *interface = place->interface;
	size_t len = interface ? strlen(interface) : 0;
	uint64_t n = 0;
	char line[512];
	FILE *file;
	int home;

	if (len == 0 || netns_enter(place->netns, &home, NULL) < 0)
		return 0;
	file = fopen("/proc/thread-self/net/dev", "re");
	netns_leave(home);
	if (!file)
		return 0;
	while (fgets(line, sizeof(line), file)) {
		const char *at = line + strspn(line, " ");

		if (strncmp(at, interface, len) == 0 && at[len] == ':')
			n = read_column(at + len + 1, (unsigned)counter);
	}
	(void)fclose(file);
	return n;
}
