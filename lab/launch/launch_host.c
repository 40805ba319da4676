/* Any program as a node, with files of its own. */
#include "lab/launch/launch_internal.h"

#include "lib/program/whole_file.h"

/* One that is filled in is read anew at each start: what was changed meanwhile is taken. */
static int fill(const struct launch_context *context, const struct node *node,
    const struct host_file *file, struct launch *launch, struct error *err)
{
	auto_buf bytes = BUF_NULL, filled = BUF_NULL;
	int r = 0;

	if (file->from)
		r = whole_file_read(file->from_path, HOST_FILLED_MAX, &bytes, err);
	if (r < 0)
		return r;
	r = topology_fill(context->plan->topology, node,
	    file->from ? buf_str(&bytes) : str_of(file->text), &filled, err);
	if (r < 0)
		return error_prefix(err, "%s", file->to);
	launch_file(launch, file->to, buf_str(&filled));
	return 0;
}

static int put_files(const struct launch_context *context, const struct node *node,
    struct launch *launch, struct error *err)
{
	const struct host_file *files = node->host.files.items;
	int r = 0;

	for (size_t i = 0; i < node->host.files.len && r == 0; i++) {
		if (files[i].fills)
			r = fill(context, node, &files[i], launch, err);
		else if (files[i].from)
			launch->files[launch->n_files++] = (struct launch_file){
				.to = files[i].to,
				.from = files[i].from_path,
			};
		else
			launch_file(launch, files[i].to, str_of(files[i].text));
	}
	return r;
}

int launch_host(const struct launch_context *context, const struct node *node,
    struct launch *launch, struct error *err)
{
	const struct node_host *host = &node->host;
	const struct conf_strings *program = node_host_program(node);

	if (program->len >= LAUNCH_ARGS_MAX)
		return error_set(err, ERR_LIMIT, "a command of more than %d words",
		    LAUNCH_ARGS_MAX - 1);
	for (size_t i = 0; i < program->len; i++)
		launch->argv[i] = program->items[i];
	for (size_t i = 0; i < host->n_environment; i++)
		launch->env[i] = host->environment[i];
	launch->tcp_port = (unsigned)host->ready.tcp;
	launch->udp_port = (unsigned)host->ready.udp;
	if (host->ready.tcp || host->ready.udp)
		launch->within = host->ready.within;
	if (host->program.len == 0)
		return 0;
	launch_folder(launch, node);
	return put_files(context, node, launch, err);
}
