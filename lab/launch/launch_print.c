/* All that a program is started with, as a text: whether a change of a lab changes the program is
 * whether this changes, whatever keys its node has. */
#include "lab/launch/launch_internal.h"

#include "lib/base/siphash.h"
#include "lib/base/text.h"

#include <sys/stat.h>

static void put_words(struct buf *out, const char *what, const char *const *words)
{
	for (; *words; words++)
		buf_printf(out, "%s %s\n", what, *words);
}

static void put_files(struct buf *out, const struct launch *launch)
{
	for (size_t i = 0; i < launch->n_files; i++) {
		const struct launch_file *file = &launch->files[i];

		buf_printf(out, "file %s from %s\n", file->to,
		    file->from ? file->from : "here");
		buf_append_str(out, file->bytes);
	}
}

static void put_launch(struct buf *out, const struct launch *launch)
{
	buf_printf(out, "stage %d ports %u %u within %lld in %s\n", (int)launch->stage,
	    launch->udp_port, launch->tcp_port, (long long)launch->within,
	    launch->folder ? launch->folder : "");
	put_words(out, "word", launch->argv);
	put_words(out, "variable", launch->env);
	put_files(out, launch);
	buf_append_str(out, buf_str(&launch->conf));
}

/* Who looks names up finds the lab's DNS server in a file, which it reads once. */
static void put_resolver(struct buf *out, const struct topology *topology,
    const struct node *node)
{
	bool looks_up = node_is_cpe(node) || node->kind == NODE_HOST ||
			node->kind == NODE_LOAD || node->kind == NODE_PROXY;
	const struct node *dns = topology_dns(topology);
	char text[IPV6_TEXT_MAX];

	if (looks_up && dns)
		buf_printf(out, "resolver %s %s\n", node_address_text(dns, text),
		    topology->domain);
}

int launch_print(const struct launch_context *context, const struct node *node,
    struct buf *out, struct error *err)
{
	const struct topology *topology = context->plan->topology;
	struct launch launch;
	int r = launch_program(context, node, &launch, err);

	if (r == 0 && launch.argv[0]) {
		put_launch(out, &launch);
		put_resolver(out, topology, node);
		launch_put_tls_facts(out, topology, node);
	}
	launch_free(&launch);
	if (r == 0 && out->error)
		r = error_set(err, out->error, "%s", error_name(out->error));
	return r;
}

/* ---- files ----------------------------------------------------------------------------- */

static void mark_file(uint64_t *mark, const char *path)
{
	struct stat file;

	if (!path || stat(path, &file) < 0)
		return;
	*mark = siphash13(*mark, (uint64_t)file.st_ino, &file.st_mtim,
	    sizeof(file.st_mtim));
	*mark = siphash13(*mark, (uint64_t)file.st_dev, &file.st_size,
	    sizeof(file.st_size));
}

uint64_t launch_mark(const struct node *node)
{
	const struct host_file *files = node->host.files.items;
	uint64_t mark = 0;

	if (node_is_cpe(node))
		mark_file(&mark, node->cpe.model_path);
	if (node->kind == NODE_ACS) {
		mark_file(&mark, node->acs.policy_path);
		mark_file(&mark, node->acs.call.file_path);
	}
	if (node->kind == NODE_LOAD)
		mark_file(&mark, node->load.profile_path);
	for (size_t i = 0; node->kind == NODE_HOST && i < node->host.files.len; i++)
		mark_file(&mark, files[i].from_path);
	return mark;
}
