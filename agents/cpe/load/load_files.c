/* The files that the file of a load test names: models, and what differs from CPE to CPE. */
#include "agents/cpe/load/load.h"

#include "lib/base/cleanup.h"
#include "lib/load/load_data.h"
#include "lib/program/share.h"
#include "lib/program/whole_file.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#define MODELS "topologies/models"

/* Appends the path of a file that stands beside another one, or from where we are. */
static void put_beside(struct buf *out, const char *beside, const char *file)
{
	const char *slash = beside ? strrchr(beside, '/') : NULL;

	if (slash && file[0] != '/')
		buf_append_str(out, str_make(beside, (size_t)(slash - beside) + 1));
	buf_append_text(out, file);
}

static int keep(struct arena *arena, struct str text, const char **ret,
    struct error *err)
{
	*ret = arena_strdup(arena, text);
	return *ret ? 0 : error_set(err, -ENOMEM, "no memory");
}

static int find_model(const char *model, const char *beside, struct arena *arena,
    const char **ret, struct error *err)
{
	char relative[160], hint[SHARE_EXPLAIN_MAX];
	auto_buf own = BUF_NULL;
	auto_free char *path = NULL;

	model = model ? model : LOAD_MODEL;
	if (strchr(model, '/') || strchr(model, '.')) {
		put_beside(&own, beside, model);
		return own.error ? error_set(err, own.error, "no memory")
				 : keep(arena, buf_str(&own), ret, err);
	}
	(void)snprintf(relative, sizeof(relative), MODELS "/%s.yaml", model);
	path = share_path(relative);
	if (path)
		return keep(arena, str_of(path), ret, err);
	share_suggest(MODELS, model, hint, sizeof(hint));
	return error_set(err, ERR_USAGE, "no device model is named \"%s\": %s", model,
	    hint);
}

int load_find_models(const struct load_file *file, const char *beside,
    struct arena *arena, const char *models[LOAD_MIXES_MAX], struct error *err)
{
	int r = 0;

	for (size_t i = 0; i < file->n_mixes && r == 0; i++)
		r = find_model(file->mixes[i].model ? file->mixes[i].model
						    : file->model,
		    beside, arena, &models[i], err);
	return r;
}

int load_read_data(const struct load_file *file, const char *beside,
    struct load_data **ret, struct conf_mistakes *mistakes, struct error *err)
{
	auto_buf bytes = BUF_NULL, path = BUF_NULL;
	int r;

	if (!file->data)
		return 0;
	put_beside(&path, beside, file->data);
	if (path.error)
		return error_set(err, -ENOMEM, "no memory");
	r = whole_file_read(buf_cstr(&path), LOAD_DATA_BYTES_MAX, &bytes, err);
	return r < 0 ? r
		     : load_data_parse(ret, buf_cstr(&path), &bytes, file->cpes,
			   mistakes, err);
}
