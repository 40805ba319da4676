/* What a lab has to become: another file is read, and held against the lab. */
#include "lab/supervisor/apply.h"

#include "lab/kernel/kernel_try.h"
#include "lab/kernel/netem.h"
#include "lib/base/cleanup.h"
#include "lib/program/share.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

/* ---- the file ----------------------------------------------------------------------------- */

static bool is_in_folder(const char *file, const char *folder)
{
	size_t len = strlen(folder);

	return strncmp(file, folder, len) == 0 && file[len] == '/' &&
	       !strchr(file + len + 1, '/');
}

/* The path as the lab's own file is written: what lies beside it is then called as it was, and is
 * not taken for something else. */
static char *spell(const struct topology *now, const char *file)
{
	char folder[PATH_MAX];
	char *path = NULL;

	if (!realpath(now->folder, folder) || !is_in_folder(file, folder))
		return str_dup(str_of(file));
	if (asprintf(&path, "%s%s", strchr(now->path, '/') ? now->folder : "",
		file + strlen(folder) + !strchr(now->path, '/')) < 0)
		return NULL;
	return path;
}

static int load(const struct topology *now,
    const struct supervisor_apply_arguments *wanted, struct topology **ret,
    struct error *err)
{
	auto_free char *models = share_path("topologies/models");
	auto_free char *path = spell(now, wanted->file);
	const struct topology_options options = { .models = models,
		.fault = wanted->fault };

	if (!path)
		return error_set(err, -ENOMEM, "out of memory");
	if (topology_load(path, &options, ret, err) < 0)
		return err->code;
	if (topology_follow(*ret, now) < 0)
		return error_set(err, -ENOMEM, "out of memory");
	return 0;
}

/* ---- the plan ----------------------------------------------------------------------------- */

/* As lab_start() of lab/run has it. */
static int check_descriptors(const struct plan *plan, struct error *err)
{
	size_t need = 2 * plan->n_instances + 256;
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) < 0 || need <= limit.rlim_cur)
		return 0;
	return error_set(err, ERR_MACHINE,
	    "a lab of %zu namespaces needs %zu descriptors; its limit of open files is "
	    "%llu (ulimit -Hn)",
	    plan->n_instances, need, (unsigned long long)limit.rlim_cur);
}

static int make_plan(const struct plan *now, struct apply *apply, struct error *err)
{
	struct plan_means means = now->means;

	if (!means.has_netem && plan_wants_netem(apply->topology))
		means.has_netem = netem_try(NULL) == 0;
	if (plan_wants_vlans(apply->topology) && !plan_wants_vlans(now->topology)) {
		means.has_vlan_bridge = vlan_bridge_try(NULL) == 0;
		means.has_vlan_link = vlan_link_try(NULL) == 0;
	}
	if (plan_build_after(apply->topology, &means, now, &apply->plan, err) < 0)
		return err->code;
	return check_descriptors(apply->plan, err);
}

/* ---- the difference ----------------------------------------------------------------------- */

/* Why a program is to be started though it would be told nothing else. */
static const char *wants(void *user, const struct node *from, const struct node *to)
{
	struct supervisor *supervisor = user;
	const struct service *service = supervisor_service(supervisor, from);
	bool is_told = !service || service->start_at ||
		       (service->is_gone && service->is_stopping) ||
		       (service->is_gone && supervisor_ends_by_itself(service)) ||
		       (!service->is_gone && service->is_ready && service->pid == 0);

	if (service && service->is_due)
		return "it was not started";
	if (is_told)
		return NULL;
	if (service->pid == 0)
		return service->is_gone ? "it has ended" : "it was not started";
	if (service->mark != launch_mark(to))
		return "a file that it reads was written again";
	return NULL;
}

static struct launch_context context_of(const struct supervisor *supervisor,
    const struct plan *plan, const char *out)
{
	return (struct launch_context){
		.plan = plan,
		.fabric = supervisor->fabric,
		.captures = supervisor->options->captures,
		.seed = supervisor->options->seed,
		.tls = SUPERVISOR_TLS_FOLDER,
		.out = out,
	};
}

int apply_find(struct supervisor *supervisor, struct apply *apply,
    const struct supervisor_apply_arguments *wanted, struct error *err)
{
	const struct plan *now = supervisor->options->plan;
	struct change_sides sides = {
		.is_broken = supervisor->is_broken,
		.wants = wants,
		.user = supervisor,
	};
	char out[64];
	int r = load(now->topology, wanted, &apply->topology, err);

	if (r == 0)
		r = change_check(now->topology, apply->topology,
		    supervisor->options->seed, err);
	if (r == 0)
		r = make_plan(now, apply, err);
	if (r < 0)
		return r;
	(void)snprintf(out, sizeof(out), "/proc/1/fd/%d", supervisor->options->out->fd);
	sides.from = context_of(supervisor, now, out);
	sides.to = context_of(supervisor, apply->plan, out);
	return change_find(&sides, &apply->set, err);
}
