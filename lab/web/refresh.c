#include "lab/web/refresh.h"

#include "lab/launch/launch.h"
#include "lib/base/clock.h"
#include "lib/base/compiler.h"
#include "lib/base/json.h"

#include <errno.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum {
	ASKED = WEB_LEASES +
		1 /* tables that the lab is asked for; others come by themselves */
};

struct web_refresh {
	struct web_lab *lab;
	struct web_feed *feed;
	struct web_asker *asker;
	void (*fed)(void *user);
	void *user;
	uv_timer_t timer;
	bool is_due, is_watched, is_running, is_closing;
	bool lacks_links; /* of this round: who carries them has not told all */
	clock_ns cpu_before;
	/* Of the round that is under way: what was learned, and whom to ask next. */
	json_t *rows[ASKED];
	uint64_t n_left_out[ASKED];
	json_t *programs; /* [[name, "cpe", "acs" or "dhcp"]...], those that serve */
	size_t at;
	size_t n_before; /* rows of its table before the one that is being asked */
};

static clock_ns cpu_time(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
	return now.tv_sec * NS_PER_S + now.tv_nsec;
}

static const char *text_of(const json_t *row, const char *key)
{
	const char *text = json_string_value(json_object_get(row, key));

	return text ? text : "";
}

/* ---- one round -------------------------------------------------------------------------- */

static void add(struct web_refresh *refresh, enum web_table table, json_t *page,
    const char *node)
{
	refresh->n_left_out[table] += web_rows_add(refresh->rows[table], page,
	    table == WEB_DEVICES ? "acs" : "server", node);
}

/* A program is asked once, however many CPEs it serves. */
static void note_program(struct web_refresh *refresh, const json_t *node)
{
	bool is_cpe = json_object_get(node, "serial") != NULL;
	const char *kind = is_cpe ? "cpe" : text_of(node, "kind");
	bool is_server = strcmp(kind, "acs") == 0 || strcmp(kind, "dhcp") == 0;
	const char *log = text_of(node, "log");
	const json_t *program;
	size_t i;

	if ((!is_cpe && !is_server) || strcmp(text_of(node, "program"), "serves") != 0)
		return;
	/* Those of one program stand together. */
	i = json_array_size(refresh->programs);
	program = i > 0 ? json_array_get(refresh->programs, i - 1) : NULL;
	if (program && strcmp(json_string_value(json_array_get(program, 0)), log) == 0)
		return;
	(void)json_array_append_new(refresh->programs, json_pack("[s,s]", log, kind));
}

static void on_status_page(void *user, json_t *page)
{
	struct web_refresh *refresh = user;
	json_t *nodes = json_object_get(page, "nodes"), *node;
	size_t i;

	if (json_object_get(page, "lab"))
		web_lab_set(refresh->lab, text_of(page, "lab"), text_of(page, "state"));
	json_array_foreach(nodes, i, node)
	{
		note_program(refresh, node);
		/* That it serves is no event. */
		if (strcmp(text_of(node, "program"), "starts") == 0 ||
		    strcmp(text_of(node, "program"), "waits") == 0)
			refresh->is_due = true;
	}
	add(refresh, WEB_NODES, nodes, NULL);
}

/* Times come as so long ago, or in so long: they become those of the clock, which a page can
 * count from. */
static void stamp(json_t *row, const char *from, const char *to, int sign,
    json_int_t now_ms)
{
	const json_t *ms = json_object_get(row, from);

	if (!ms)
		return;
	(void)json_object_set_new(row, to,
	    json_integer(now_ms + sign * json_integer_value(ms)));
	(void)json_object_del(row, from);
}

static void on_cpe_page(void *user, json_t *page)
{
	struct web_refresh *refresh = user;
	json_int_t now = clock_wall() / NS_PER_MS;
	json_t *cpes = json_object_get(page, "cpes"), *cpe;
	size_t i;

	json_array_foreach(cpes, i, cpe)
	{
		stamp(cpe, "last_session_ms", "last_session", -1, now);
		stamp(cpe, "next_ms", "next", 1, now);
		stamp(cpe, "retry_ms", "retry", 1, now);
	}
	add(refresh, WEB_CPES, cpes, NULL);
}

/* What a CPE has told of its parameters is long, and of one device a question of its own. */
static void on_acs_page(void *user, json_t *page)
{
	struct web_refresh *refresh = user;
	const json_t *program = json_array_get(refresh->programs, refresh->at);
	json_t *devices = json_object_get(json_object_get(page, "status"), "devices");
	json_t *device;
	size_t i;

	json_array_foreach(devices, i, device)(void) json_object_del(device, "values");
	add(refresh, WEB_DEVICES, devices,
	    json_string_value(json_array_get(program, 0)));
}

static void on_lease_page(void *user, json_t *page)
{
	struct web_refresh *refresh = user;
	const json_t *program = json_array_get(refresh->programs, refresh->at);
	json_int_t now = clock_wall() / NS_PER_MS;
	json_t *leases = json_object_get(page, "leases"), *lease;
	size_t i;

	json_array_foreach(leases, i, lease)
	{
		stamp(lease, "expires_ms", "expires", 1, now);
	}
	add(refresh, WEB_LEASES, leases, json_string_value(json_array_get(program, 0)));
}

static void on_link_page(void *user, json_t *page)
{
	struct web_refresh *refresh = user;
	json_t *links = json_object_get(page, "links");

	if (!links)
		links = json_object_get(json_object_get(page, "status"), "links");
	add(refresh, WEB_LINKS, links, NULL);
}

static void rest(struct web_refresh *refresh);

static void publish(struct web_refresh *refresh, enum web_table table)
{
	json_t *rows = refresh->rows[table];

	if (rows &&
	    web_lab_replace(refresh->lab, table, rows, refresh->n_left_out[table]))
		web_feed_touch(refresh->feed, table);
	refresh->rows[table] = NULL;
	refresh->n_left_out[table] = 0;
}

/* What was not told is as it was. */
static void drop(struct web_refresh *refresh, enum web_table table)
{
	json_decref(refresh->rows[table]);
	refresh->rows[table] = NULL;
	refresh->n_left_out[table] = 0;
}

static void end_round(struct web_refresh *refresh)
{
	for (int i = 0; i < ASKED; i++)
		publish(refresh, (enum web_table)i);
	json_decref(refresh->programs);
	refresh->programs = NULL;
	refresh->is_running = false;
	rest(refresh);
	refresh->fed(refresh->user);
}

/* ---- its questions, one after the other --------------------------------------------------- */

static void on_kernel_links(void *user, const struct error *err);

static void on_links(void *user, const struct error *err)
{
	struct web_refresh *refresh = user;

	refresh->lacks_links |= err->code != 0;
	/* A lab of plain cables has no carrier, and never had such links. */
	if (refresh->lacks_links && json_array_size(refresh->lab->rows[WEB_LINKS]) > 0)
		drop(refresh, WEB_LINKS);
	end_round(refresh);
}

static void on_kernel_links(void *user, const struct error *err)
{
	static const struct web_ask_handlers handlers = { on_link_page, on_links };
	struct web_refresh *refresh = user;

	refresh->lacks_links = err->code != 0;
	web_asker_ask(refresh->asker, "agent", LAUNCH_CARRIER, "{\"cmd\":\"status\"}",
	    &handlers, refresh);
}

static void on_program(void *user, const struct error *err);

static const char *program_word(const struct web_refresh *refresh, size_t i)
{
	const json_t *program = json_array_get(refresh->programs, refresh->at);

	return json_string_value(json_array_get(program, i));
}

static enum web_table table_of_program(const struct web_refresh *refresh)
{
	const char *kind = program_word(refresh, 1);

	if (strcmp(kind, "acs") == 0)
		return WEB_DEVICES;
	return strcmp(kind, "dhcp") == 0 ? WEB_LEASES : WEB_CPES;
}

static bool is_of_program(const json_t *row, enum web_table table, const char *name)
{
	const char *key = table == WEB_DEVICES  ? "acs"
			  : table == WEB_LEASES ? "server"
						: "node";
	const char *node = text_of(row, key);
	size_t len = strlen(name);

	if (strcmp(node, name) == 0)
		return true;
	return table == WEB_CPES && strncmp(node, name, len) == 0 && node[len] == '-';
}

/* One that does not answer, because it is busy, is as it was: its rows say so. */
static void keep_old(struct web_refresh *refresh)
{
	enum web_table table = table_of_program(refresh);
	const char *name = program_word(refresh, 0);
	json_t *rows = refresh->rows[table], *row;
	size_t i;

	while (json_array_size(rows) > refresh->n_before)
		(void)json_array_remove(rows, json_array_size(rows) - 1);
	json_array_foreach(refresh->lab->rows[table], i, row)
	{
		json_t *old;

		if (!is_of_program(row, table, name))
			continue;
		old = json_copy(row);
		(void)json_object_set_new(old, "stale", json_true());
		(void)json_array_append_new(rows, old);
	}
}

static void ask_next(struct web_refresh *refresh)
{
	static const struct web_ask_handlers cpes = { on_cpe_page, on_program };
	static const struct web_ask_handlers acs = { on_acs_page, on_program };
	static const struct web_ask_handlers dhcp = { on_lease_page, on_program };
	static const struct web_ask_handlers links = { on_link_page, on_kernel_links };
	const json_t *program = json_array_get(refresh->programs, refresh->at);
	const char *name = json_string_value(json_array_get(program, 0));
	auto_buf command = BUF_NULL;
	struct json json = json_writer(&command, 0);

	if (!program) {
		web_asker_ask(refresh->asker, "agent", LAUNCH_CARRIER,
		    "{\"cmd\":\"status\",\"means\":\"netem\"}", &links, refresh);
		return;
	}
	refresh->n_before = json_array_size(refresh->rows[table_of_program(refresh)]);
	if (table_of_program(refresh) == WEB_DEVICES) {
		web_asker_ask(refresh->asker, "agent", name, NULL, &acs, refresh);
		return;
	}
	if (table_of_program(refresh) == WEB_LEASES) {
		web_asker_ask(refresh->asker, "agent", name, "{\"cmd\":\"leases\"}",
		    &dhcp, refresh);
		return;
	}
	json_object_begin(&json, NULL);
	json_text(&json, "cmd", "cpe");
	json_text(&json, "cpe", name);
	json_object_end(&json);
	web_asker_ask(refresh->asker, "agent", name, buf_cstr(&command), &cpes,
	    refresh);
}

static void on_program(void *user, const struct error *err)
{
	struct web_refresh *refresh = user;

	if (err->code)
		keep_old(refresh);
	refresh->at++;
	ask_next(refresh);
}

static void on_status(void *user, const struct error *err)
{
	struct web_refresh *refresh = user;

	if (err->code) {
		for (int i = 0; i < ASKED; i++)
			drop(refresh, (enum web_table)i);
		refresh->is_due = true; /* after a rest */
		end_round(refresh);
		return;
	}
	/* Agents that are busy may take long, and what the lab consists of is known. */
	publish(refresh, WEB_NODES);
	refresh->fed(refresh->user);
	ask_next(refresh);
}

static void begin_round(struct web_refresh *refresh)
{
	static const struct web_ask_handlers handlers = { on_status_page, on_status };

	refresh->is_running = true;
	refresh->is_due = false;
	refresh->cpu_before = cpu_time();
	refresh->at = 0;
	refresh->programs = json_array();
	for (size_t i = 0; i < ASKED; i++)
		refresh->rows[i] = web_rows_begin();
	web_asker_ask(refresh->asker, "status", NULL, NULL, &handlers, refresh);
}

/* ---- when --------------------------------------------------------------------------------- */

static void look(struct web_refresh *refresh)
{
	if (!refresh->is_closing && refresh->is_due && refresh->is_watched &&
	    !refresh->is_running && !uv_is_active((uv_handle_t *)&refresh->timer))
		begin_round(refresh);
}

static void on_timer(uv_timer_t *timer)
{
	look(timer->data);
}

static void rest(struct web_refresh *refresh)
{
	clock_ns work = cpu_time() - refresh->cpu_before;
	uint64_t ms = (uint64_t)(work * WEB_REFRESH_SHARE / NS_PER_MS);

	if (!refresh->is_closing)
		(void)uv_timer_start(&refresh->timer, on_timer,
		    MAX(ms, (uint64_t)WEB_REFRESH_LEAST_MS), 0);
}

void web_refresh_note(struct web_refresh *refresh)
{
	refresh->is_due = true;
	look(refresh);
}

void web_refresh_watch(struct web_refresh *refresh, bool is_watched)
{
	refresh->is_watched = is_watched;
	look(refresh);
}

int web_refresh_open(struct web_refresh **ret, uv_loop_t *loop, struct web_lab *lab,
    struct web_feed *feed, struct web_asker *asker, void (*fed)(void *user), void *user)
{
	struct web_refresh *refresh = calloc(1, sizeof(*refresh));

	if (!refresh)
		return -ENOMEM;
	refresh->lab = lab;
	refresh->feed = feed;
	refresh->asker = asker;
	refresh->fed = fed;
	refresh->user = user;
	(void)uv_timer_init(loop, &refresh->timer);
	refresh->timer.data = refresh;
	*ret = refresh;
	begin_round(refresh);
	return 0;
}

static void on_closed(uv_handle_t *handle)
{
	struct web_refresh *refresh = handle->data;

	for (size_t i = 0; i < ASKED; i++)
		json_decref(refresh->rows[i]);
	json_decref(refresh->programs);
	free(refresh);
}

void web_refresh_close(struct web_refresh *refresh)
{
	if (!refresh)
		return;
	refresh->is_closing = true;
	web_asker_forget(refresh->asker, refresh);
	uv_close((uv_handle_t *)&refresh->timer, on_closed);
}
