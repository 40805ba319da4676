#include "lab/run/topology_notes.h"

#include "agents/cpe/model/model.h"
#include "lib/base/buf.h"

#include <errno.h>

/* "FILE:13:9: error: what is wrong" reads as "note: FILE:13:9: what is wrong". */
static void put_note(struct buf *out, struct str text)
{
	struct str word = STR(" error:");
	size_t at;

	buf_append_text(out, "note: ");
	if (str_find(text, word, &at)) {
		buf_append(out, text.p, at);
		text = str_from(text, at + word.len);
	}
	buf_append_str(out, text);
	buf_append_char(out, '\n');
}

/* A node's CPEs are one process: each of them wants an entry of its own. */
static int note_pools(const struct node *node, struct buf *out)
{
	auto_cleanup(model_free) struct model *model = NULL;
	struct error err = ERROR_NULL;
	int r = model_load(node->cpe.model_path, &model, &err);

	if (r == 0 && model_check_pools(model, node_count(node), &err) == ERR_CONFIG)
		put_note(out, str_of(err.text));
	return r == -ENOMEM ? r : out->error;
}

int topology_notes(const struct topology *topology, struct buf *out)
{
	int r = 0;

	for (size_t i = 0; i < topology->n_nodes && r == 0; i++) {
		if (topology->nodes[i].kind == NODE_CPE)
			r = note_pools(&topology->nodes[i], out);
	}
	return r;
}
