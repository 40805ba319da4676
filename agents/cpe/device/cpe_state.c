/* What a CPE keeps though its process is killed, as text (agents/cpe/store/state_log.h):
 *
 *     configured URL                  of the configuration, when this was written
 *     acs URL                         that the CPE regards as its ACS
 *     user URL USERNAME PASSWORD      as a user or an ACS has set it
 *     version SOFTWARE-VERSION
 *     retries N
 *     reboot KEY, reset               what is to be done
 *     own                             what the model has it do by itself was queued
 *     event CODE KEY                  what is to be told
 *     schedule TIME KEY               of the day, in nanoseconds
 *     jobs..., job...                 jobs_save()
 *     values                          and behind it model_values_save()
 *
 * Who is restarted has lost its power: it boots. */
#include "agents/cpe/device/cpe_fleet.h"

#include "agents/cpe/store/words.h"
#include "lib/program/log.h"

#include <errno.h>

/* ---- writing ------------------------------------------------------------------------ */

static void put_text(struct buf *out, const char *name, const char *text)
{
	buf_append_text(out, name);
	word_put(out, str_of(text));
	buf_append_char(out, '\n');
}

static void put_acs(const struct cpe *cpe, struct buf *out)
{
	const struct acs_slot *slot = &cpe->slots.slots[ACS_SOURCE_USER];

	put_text(out, "configured", cpe->fleet->config->acs.url);
	if (cpe->acs_url)
		put_text(out, "acs", cpe->acs_url);
	buf_append_text(out, "user");
	word_put(out, str_of(slot->url));
	word_put(out, str_of(slot->username));
	word_put(out, str_of(slot->password));
	buf_append_char(out, '\n');
}

static void put_wish(const struct cpe *cpe, struct buf *out)
{
	if (cpe->wish.reboot)
		put_text(out, "reboot",
		    cpe->wish.reboot_key ? cpe->wish.reboot_key : "");
	if (cpe->wish.factory_reset)
		buf_append_text(out, "reset\n");
}

/* One that is told in the running session and occurred again is one, once that is over. */
static bool stands_before(const struct event_queue *events, size_t at)
{
	uint8_t code = events->items[at].code;

	for (size_t i = 0; i < at; i++) {
		if (events->items[i].code == code)
			return !cwmp_event_repeats((enum cwmp_event_code)code);
	}
	return false;
}

static void put_events(const struct cpe *cpe, struct buf *out)
{
	for (size_t i = 0; i < cpe->events.len; i++) {
		const struct event *event = &cpe->events.items[i];

		if (stands_before(&cpe->events, i))
			continue;
		buf_append_text(out, "event");
		word_put_int(out, event->code);
		word_put(out, str_of(event->command_key));
		buf_append_char(out, '\n');
	}
}

static void put_schedules(const struct cpe *cpe, struct buf *out)
{
	const struct cpe_edges *edges = cpe->fleet->edges;

	for (unsigned i = 0; i < cpe->n_schedules; i++) {
		const struct cpe_schedule *schedule = &cpe->schedules[i];

		buf_append_text(out, "schedule");
		/* To the second, or each look at two clocks would be a change. */
		word_put_int(out, (schedule->due - edges->monotonic() + edges->wall() +
				      NS_PER_S / 2) /
				      NS_PER_S);
		word_put(out, str_of(schedule->command_key));
		buf_append_char(out, '\n');
	}
}

static int write_state(const struct cpe *cpe, struct buf *out)
{
	put_acs(cpe, out);
	if (cpe->software_version)
		put_text(out, "version", cpe->software_version);
	if (cpe->retry_count > 0) {
		buf_append_text(out, "retries");
		word_put_int(out, cpe->retry_count);
		buf_append_char(out, '\n');
	}
	put_wish(cpe, out);
	if (cpe->has_own)
		buf_append_text(out, "own\n");
	put_events(cpe, out);
	put_schedules(cpe, out);
	jobs_save(&cpe->jobs, out);
	buf_append_text(out, "values\n");
	if (model_values_save(&cpe->values, out) < 0)
		return -ENOMEM;
	return out->error;
}

int cpe_commit(struct cpe *cpe)
{
	struct state_log *log = cpe->fleet->states;
	struct error err = ERROR_NULL;
	auto_buf text = BUF_NULL;
	int r;

	if (!log)
		return 0;
	r = write_state(cpe, &text);
	if (r < 0)
		return r;
	if (state_log_has(log, str_of(cpe->name), buf_str(&text)))
		return 0;
	r = state_log_put(log, str_of(cpe->name), buf_str(&text), &err);
	if (r < 0)
		log_error("%s: %s", cpe->name, err.text);
	return r;
}

/* ---- reading ------------------------------------------------------------------------ */

struct restore {
	struct cpe *cpe;
	struct arena arena;
	bool is_other_config; /* the configuration names another ACS than it did */
};

static bool take_configured(struct restore *restore, struct str line)
{
	struct str url;

	if (!word_take(&line, &restore->arena, &url))
		return false;
	restore->is_other_config =
	    !str_eq(url, str_of(restore->cpe->fleet->config->acs.url));
	return true;
}

static bool take_copy(struct restore *restore, struct str line, char **ret)
{
	struct str text;

	if (!word_take(&line, &restore->arena, &text))
		return false;
	free(*ret);
	*ret = text.p ? str_dup(text) : NULL;
	return !text.p || *ret;
}

static bool take_shared(struct restore *restore, struct str line, const char **ret)
{
	struct intern *words = &restore->cpe->fleet->words;
	struct str text;

	if (!word_take(&line, &restore->arena, &text))
		return false;
	intern_drop(words, *ret);
	*ret = text.p ? intern_put(words, text) : NULL;
	return !text.p || *ret;
}

static bool take_acs(struct restore *restore, struct str line)
{
	return take_shared(restore, line, &restore->cpe->acs_url);
}

static bool take_version(struct restore *restore, struct str line)
{
	return take_shared(restore, line, &restore->cpe->software_version);
}

static bool take_user(struct restore *restore, struct str line)
{
	struct str url, username, password;

	if (!word_take(&line, &restore->arena, &url) ||
	    !word_take(&line, &restore->arena, &username) ||
	    !word_take(&line, &restore->arena, &password))
		return false;
	/* Whoever wrote last counts: a configuration that was changed since. */
	return restore->is_other_config ||
	       acs_slots_set(&restore->cpe->slots, &restore->cpe->fleet->words,
		   ACS_SOURCE_USER, url, username, password) == 0;
}

static bool take_retries(struct restore *restore, struct str line)
{
	int64_t n;

	if (!word_take_int(&line, 0, UINT32_MAX, &n))
		return false;
	restore->cpe->retry_count = (unsigned)n;
	return true;
}

static bool take_reboot(struct restore *restore, struct str line)
{
	restore->cpe->wish.reboot = true;
	return take_copy(restore, line, &restore->cpe->wish.reboot_key);
}

static bool take_reset(struct restore *restore, struct str line)
{
	restore->cpe->wish.factory_reset = true;
	return line.len == 0;
}

static bool take_own(struct restore *restore, struct str line)
{
	restore->cpe->has_own = true;
	return line.len == 0;
}

static bool take_event(struct restore *restore, struct str line)
{
	struct str key;
	int64_t code;

	return word_take_int(&line, 0, CWMP_EVENT_CODES - 1, &code) &&
	       word_take(&line, &restore->arena, &key) &&
	       event_queue_add(&restore->cpe->events, (enum cwmp_event_code)code,
		   key) == 0;
}

static bool take_schedule(struct restore *restore, struct str line)
{
	const struct cpe_edges *edges = restore->cpe->fleet->edges;
	struct str key;
	int64_t due;

	if (!word_take_int(&line, 0, INT64_MAX / NS_PER_S, &due) ||
	    !word_take(&line, &restore->arena, &key) ||
	    cpe_schedule(restore->cpe, 0, key) != 0)
		return false;
	restore->cpe->schedules[restore->cpe->n_schedules - 1].due =
	    due * NS_PER_S - edges->wall() + edges->monotonic();
	return true;
}

static bool take_line(struct restore *restore, struct str line)
{
	static const struct {
		const char *name;
		bool (*take)(struct restore *restore, struct str line);
	} rows[] = {
		{ "configured", take_configured },
		{ "acs", take_acs },
		{ "user", take_user },
		{ "version", take_version },
		{ "retries", take_retries },
		{ "reboot", take_reboot },
		{ "reset", take_reset },
		{ "own", take_own },
		{ "event", take_event },
		{ "schedule", take_schedule },
	};
	struct str rest, name = str_cut(line, ' ', &rest);

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		if (str_is(name, rows[i].name))
			return rows[i].take(restore, rest);
	}
	return jobs_restore(&restore->cpe->jobs, line);
}

void cpe_restore(struct cpe *cpe)
{
	struct restore restore = { cpe, ARENA_NULL, false };
	struct str line, text = STR_NULL;

	if (cpe->fleet->states)
		text = state_log_get(cpe->fleet->states, str_of(cpe->name));
	while (line_take(&text, &line)) {
		if (str_is(line, "values")) {
			if (model_values_restore(&cpe->values, text) < 0)
				log_warn("%s: not all of its values are back",
				    cpe->name);
			break;
		}
		if (!take_line(&restore, line))
			log_warn("%s: its state has a line that cannot be read",
			    cpe->name);
	}
	arena_free(&restore.arena);
}
