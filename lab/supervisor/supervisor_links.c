/* Links that the kernel impairs: what the carrier of agents/link does for the others. Their commands
 * and answers are the same, but that the kernel keeps the counts ("tc -s qdisc" in the node). */
#include "lab/supervisor/supervisor_internal.h"
#include "lib/base/json.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct kernel_link {
	const struct plan_link *link;
	struct impair_link base; /* as the file has it, or as it was set since */
	struct impair_link now;
	/* When its schedule changes it, from supervisor.links_started, or a change that
	 * the kernel refused is tried again. */
	clock_ns next;
	bool is_late; /* there is one */
};

static clock_ns since_start(const struct supervisor *supervisor)
{
	return clock_monotonic() - supervisor->links_started;
}

static const struct attach_link *file_of(const struct kernel_link *link)
{
	return &link->link->attach->link;
}

/* What base and schedule say now. */
static int refresh(struct supervisor *supervisor, struct kernel_link *link,
    struct error *err)
{
	const struct attach_link *file = file_of(link);
	clock_ns since = since_start(supervisor);
	struct impair_link now;
	int r;

	schedule_at(&link->base, file->steps, file->n_steps, since, &now, &link->next);
	r = fabric_impair(supervisor->fabric, link->link, &now, err);
	link->is_late = r < 0;
	if (link->is_late)
		link->next = schedule_again(link->next, since);
	else
		link->now = now;
	return r;
}

int supervisor_begin_links(struct supervisor *supervisor, struct error *err)
{
	const struct plan *plan = supervisor->options->plan;
	int r = 0;

	supervisor->links_started = clock_monotonic();
	supervisor->kernel_links =
	    calloc(plan->n_impaired + 1, sizeof(*supervisor->kernel_links));
	if (!supervisor->kernel_links)
		return error_set(err, -ENOMEM, "out of memory");
	for (size_t i = 0; i < plan->n_impaired && r == 0; i++) {
		struct kernel_link *link =
		    &supervisor->kernel_links[supervisor->n_kernel_links];

		if (!plan->links[i].is_netem)
			continue;
		link->link = &plan->links[i];
		link->base = file_of(link)->value;
		supervisor->n_kernel_links++;
		r = refresh(supervisor, link, err);
	}
	return r;
}

static struct kernel_link *find(struct supervisor *supervisor, struct str name);

int supervisor_renew_links(struct supervisor *supervisor, const bool *is_due,
    struct error *err)
{
	const struct plan *plan = supervisor->options->plan;
	struct kernel_link *links = calloc(plan->n_impaired + 1, sizeof(*links));
	size_t n = 0;
	int r = 0;

	if (!links)
		return error_set(err, -ENOMEM, "out of memory");
	for (size_t i = 0; i < plan->n_impaired; i++) {
		const struct kernel_link *was =
		    find(supervisor, str_of(plan->links[i].name));

		if (!plan->links[i].is_netem)
			continue;
		if (was && !is_due[i])
			links[n] = *was;
		else
			links[n].base = plan->links[i].attach->link.value;
		links[n++].link = &plan->links[i];
	}
	free(supervisor->kernel_links);
	supervisor->kernel_links = links;
	supervisor->n_kernel_links = n;
	for (size_t i = 0; i < n && r == 0; i++) {
		if (is_due[links[i].link - plan->links])
			r = refresh(supervisor, &links[i], err);
	}
	return r;
}

clock_ns supervisor_link_deadline(const struct supervisor *supervisor)
{
	clock_ns first = INT64_MAX;

	for (size_t i = 0; i < supervisor->n_kernel_links; i++)
		first = MIN(first, supervisor->kernel_links[i].next);
	return first == INT64_MAX ? 0 : supervisor->links_started + first;
}

/* A change that the kernel refuses is told once, and tried again until it is done. */
void supervisor_look_at_links(struct supervisor *supervisor)
{
	clock_ns now = since_start(supervisor);

	for (size_t i = 0; i < supervisor->n_kernel_links; i++) {
		struct kernel_link *link = &supervisor->kernel_links[i];
		struct error err = ERROR_NULL;
		bool is_told = link->is_late;

		if (link->next <= now && refresh(supervisor, link, &err) < 0 &&
		    !is_told)
			supervisor_tell_link(supervisor, link->link->name, &err);
	}
}

/* One that never served ends the start of the lab (supervisor.c). */
static bool is_missed(const struct supervisor *supervisor,
    const struct service *service)
{
	if (service->stage != STAGE_LINKS || service->is_stopping)
		return false;
	return supervisor->state == SUPERVISOR_RUNNING ||
	       (supervisor->state == SUPERVISOR_STARTING &&
		   (service->is_ready || supervisor->stage > (int)STAGE_LINKS));
}

void supervisor_carry_on(struct supervisor *supervisor, struct service *service)
{
	struct error err = ERROR_NULL;

	if (!is_missed(supervisor, service))
		return;
	if (supervisor->n_carriers++ >= SUPERVISOR_CARRIERS_MAX)
		(void)error_set(&err, ERR_MACHINE,
		    "its carrier has ended %d times: no packet passes any more",
		    SUPERVISOR_CARRIERS_MAX + 1);
	else
		(void)supervisor_launch(supervisor, service, &err);
	if (err.code)
		supervisor_tell_link(supervisor, service->name, &err);
}

/* ---- commands ------------------------------------------------------------------------- */

static void put_words(struct json *json, const char *key,
    const struct impair_link *link)
{
	auto_buf words = BUF_NULL;

	impair_write(&words, link);
	json_str(json, key, buf_str(&words));
}

static void put_link(struct json *json, const struct supervisor *supervisor,
    const struct kernel_link *link)
{
	json_object_begin(json, NULL);
	json_text(json, "link", link->link->name);
	json_text(json, "means", "netem");
	put_words(json, "now", &link->now);
	put_words(json, "set", &link->base);
	if (link->next < INT64_MAX)
		json_int(json, "next_ns", link->next - since_start(supervisor));
	json_object_end(json);
}

static struct kernel_link *find(struct supervisor *supervisor, struct str name)
{
	for (size_t i = 0; i < supervisor->n_kernel_links; i++) {
		if (str_is(name, supervisor->kernel_links[i].link->name))
			return &supervisor->kernel_links[i];
	}
	return NULL;
}

static int set_base(struct supervisor *supervisor, struct kernel_link *link,
    const struct impair_link *base, struct error *err)
{
	const struct attach_link *file = file_of(link);
	struct impair_link before = link->base;
	char why[160];
	int r;

	if (schedule_conflict(base, file->steps, file->n_steps, NULL, why, sizeof(why)))
		return error_set(err, ERR_USAGE, "%s", why);
	if (impair_netem_lacks(base))
		return error_set(err, ERR_USAGE,
		    "%s: \"means: user-space\" at its \"link\" in the topology can do it",
		    impair_netem_lacks(base));
	link->base = *base;
	r = refresh(supervisor, link, err);
	if (r < 0)
		link->base = before;
	return r;
}

static int set(struct supervisor *supervisor, struct kernel_link *link,
    struct str words, struct error *err)
{
	struct impair_change change = { 0 };
	struct impair_link base = link->base;
	struct error why = ERROR_NULL;

	if (impair_read(words, &change, NULL, &why) < 0)
		return error_set(err, ERR_USAGE, "%s", why.text);
	impair_apply(&base, &change);
	return set_base(supervisor, link, &base, err);
}

static struct str text_of(const struct conf_node *command, const char *key)
{
	const struct conf_node *value = conf_get(command, key);

	return value && value->kind == CONF_SCALAR ? value->text : STR_NULL;
}

/* "means" is said where all links of the kernel are meant. */
bool supervisor_is_of_kernel_link(struct supervisor *supervisor,
    const struct conf_node *command)
{
	return command && (find(supervisor, text_of(command, "link")) ||
			      str_is(text_of(command, "means"), "netem"));
}

int supervisor_page_kernel_link(struct supervisor *supervisor,
    const struct conf_node *command, struct answer *answer, struct error *err)
{
	struct kernel_link *link = find(supervisor, text_of(command, "link"));
	struct str deed = text_of(command, "do");
	int r = 0;

	if (link && str_is(deed, "set"))
		r = set(supervisor, link, text_of(command, "set"), err);
	else if (link && str_is(deed, "reset"))
		r = set_base(supervisor, link, &file_of(link)->value, err);
	if (r < 0)
		return r;
	json_array_begin(answer->json, "links");
	for (; !link && answer->at < supervisor->n_kernel_links &&
	       !answer_is_full(answer);
	     answer->at++)
		put_link(answer->json, supervisor,
		    &supervisor->kernel_links[answer->at]);
	if (link)
		put_link(answer->json, supervisor, link);
	json_array_end(answer->json);
	return !link && answer->at < supervisor->n_kernel_links ? ANSWER_MORE
								: ANSWER_WHOLE;
}
