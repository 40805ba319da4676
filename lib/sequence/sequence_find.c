/* Sequences by their names. */
#include "lib/sequence/sequence.h"

#include "lib/base/buf.h"
#include "lib/program/share.h"

int sequence_find(const char *name, struct sequence **ret, struct error *err)
{
	static const char folder[] = "capture/sequences";
	auto_buf relative = BUF_NULL;
	auto_free char *shared = NULL, *all = NULL;
	char hint[SHARE_EXPLAIN_MAX];

	if (strchr(name, '/') || strstr(name, ".yaml"))
		return sequence_load(name, ret, err);
	buf_printf(&relative, "%s/%s.yaml", folder, name);
	shared = share_path(buf_cstr(&relative));
	if (shared)
		return sequence_load(shared, ret, err);
	all = share_path(folder);
	if (!all) {
		share_explain(folder, hint, sizeof(hint));
		return error_set(err, ERR_MACHINE,
		    "the sequence \"%s\" is not here: %s", name, hint);
	}
	share_suggest(folder, name, hint, sizeof(hint));
	return error_set(err, ERR_USAGE, "no sequence is named \"%s\": %s", name, hint);
}
