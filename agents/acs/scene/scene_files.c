#include "agents/acs/scene/scene_files.h"

#include "lib/base/cut.h"

enum {
	HINT_MAX = 256
};

struct checking {
	const struct scene_settings *settings;
	bool (*has)(void *user, struct str file);
	void *user;
	size_t i; /* of "with" */
};

static int check_file(const struct checking *checking, struct str file,
    struct error *err)
{
	char hint[HINT_MAX];

	if (str_starts(file, STR("$")) || checking->has(checking->user, file))
		return 0;
	(void)cut_print(hint, sizeof(hint),
	    "the ACS serves no file \"%.*s\" (--files FOLDER says from where)",
	    STR_ARG(file));
	return scene_settings_refuse(checking->settings, checking->i, hint, err);
}

/* "[{do: install, file: meter.du}]". What is no such list was refused before. */
static int check_operations(const struct checking *checking, struct str text,
    struct error *err)
{
	struct conf_doc *doc = NULL;
	int r = conf_parse("--with", text, &doc, err);

	if (r < 0)
		return r;
	for (size_t i = 0;
	     doc->root->kind == CONF_SEQUENCE && i < doc->root->len && r == 0; i++) {
		const struct conf_node *file = conf_get(doc->root->items[i], "file");

		if (file && file->kind == CONF_SCALAR)
			r = check_file(checking, file->text, err);
	}
	conf_free(doc);
	return r;
}

int scene_files_check(const struct scene_settings *settings,
    bool (*has)(void *user, struct str file), void *user, struct error *err)
{
	struct checking checking = { settings, has, user, 0 };
	struct str name, value;
	int r = 0;

	for (size_t i = 0; i < settings->with.len && r == 0; i++) {
		checking.i = i;
		if (!scene_settings_with(settings, i, &name, &value))
			continue;
		if (str_is(name, "Download.file") ||
		    str_is(name, "ScheduleDownload.file"))
			r = check_file(&checking, value, err);
		else if (str_is(name, "ChangeDUState.operations"))
			r = check_operations(&checking, value, err);
	}
	return r;
}
