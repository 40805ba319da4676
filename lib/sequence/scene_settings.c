#include "lib/sequence/scene_settings.h"

#define ROW(member, key_, kind, help_)                                                \
	.key = key_, .type = kind, .offset = offsetof(struct scene_settings, member), \
	.help = help_

enum {
	WITH_MAX = 64 /* values that people give */
};

const struct conf_row scene_settings_rows[] = {
	{ ROW(sequence, "sequence", CONF_STR,
	      "name of a sequence that comes with the program, or a file"),
	    .min = 1, .max = 4096 },
	{ ROW(with, "with", CONF_STRINGS,
	      "what the sequence does not say, each NAME=VALUE or METHOD.KEY=VALUE"),
	    .max = WITH_MAX, .is_secret = true },
	{ ROW(wait, "wait", CONF_DURATION,
	      "for a step, where it does not say \"within\" itself"),
	    .min = (uint64_t)NS_PER_S, .max = 86400 * (uint64_t)NS_PER_S,
	    .dflt = "2m" },
	{ ROW(watch, "watch", CONF_DURATION,
	      "how long a last step is looked for that must not be seen"),
	    .max = 86400 * (uint64_t)NS_PER_S, .dflt = "3s" },
	{ NULL },
};

bool scene_settings_with(const struct scene_settings *settings, size_t i,
    struct str *ret_name, struct str *ret_value)
{
	*ret_name = str_cut(str_of(settings->with.items[i]), '=', ret_value);
	return ret_value->p && ret_name->len > 0;
}

int scene_settings_refuse(const struct scene_settings *settings, size_t i,
    const char *hint, struct error *err)
{
	struct str name, value;

	if (!scene_settings_with(settings, i, &name, &value))
		return error_set(err, ERR_USAGE,
		    "--with \"%.*s\" wants NAME=VALUE: it has no name or no \"=\"",
		    STR_ARG(name));
	return error_set(err, ERR_USAGE, "--with %.*s: %s", STR_ARG(name), hint);
}
