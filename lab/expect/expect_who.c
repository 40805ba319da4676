/* What all kinds need: whose something is, and how what was found is said. */
#include "lab/expect/expect_internal.h"

#include "capture/analysis/analysis.h"
#include "lib/base/shown.h"
#include "lib/base/text.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>

int expect_say(struct expect_result *ret, enum expect_outcome outcome, uint64_t frame,
    const char *fmt, ...)
{
	char text[EXPECT_TEXT_MAX];
	va_list args;

	va_start(args, fmt);
	(void)vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	*ret = (struct expect_result){ .outcome = outcome, .frame = frame };
	(void)shown_snprintf(ret->text, sizeof(ret->text), "%s", text);
	return 0;
}

/* ---- who ------------------------------------------------------------------------------- */

static int add(struct expect_who *who, const char *text, size_t i)
{
	struct str key = arena_str(&who->arena, str_of(text));

	return key.p ? map_put(&who->by, key, (void *)(uintptr_t)(i + 1)) : -ENOMEM;
}

int expect_who_open(struct expect_who *who, const struct expect_facts *facts,
    const struct expectation *expect)
{
	const struct plan *plan = facts->plan;
	char mac[MAC_TEXT_MAX], serial[SERIAL_TEXT_MAX];
	int r = 0;

	*who = (struct expect_who){ .plan = plan,
		.expect = expect,
		.by = { .seed = facts->analysis->hash_seed } };
	for (size_t i = 0; i < plan->n_instances && r == 0; i++) {
		const struct plan_instance *instance = &plan->instances[i];

		if (!node_is_cpe(instance->node))
			continue;
		r = add(who, mac_text(instance->mac, mac), i);
		if (r == 0)
			r = add(who, node_serial(instance->node, instance->i, serial),
			    i);
	}
	return r;
}

void expect_who_close(struct expect_who *who)
{
	map_free(&who->by);
	arena_free(&who->arena);
}

int64_t expect_who_find(const struct expect_who *who, const char *mac,
    const char *serial)
{
	const void *found = serial ? map_get(&who->by, str_of(serial)) : NULL;
	size_t i;

	if (!found && mac)
		found = map_get(&who->by, str_of(mac));
	i = (size_t)(uintptr_t)found;
	return i > 0 && expectation_is_on(who->expect, who->plan->instances[i - 1].node)
		   ? (int64_t)i - 1
		   : -1;
}
