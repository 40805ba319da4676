/* What can stand for an argument, by the name that --help gives it. */
#include "lab/complete/complete_internal.h"

#include "agents/acs/policy/rpc.h"
#include "capture/facts/rule.h"
#include "capture/rules/catalogue.h"
#include "lab/channel/labsock.h"
#include "lab/course/folder.h"
#include "lab/look/lab_port.h"
#include "lab/verbs/cmds.h"
#include "lib/program/share.h"
#include "lib/quirk/quirk.h"

#include <dirent.h>
#include <string.h>

void complete_offer(const struct completion *c, const char *value, const char *help)
{
	struct str rest = c->typed;

	if (!str_starts(rest, c->before))
		return;
	rest = str_from(rest, c->before.len);
	if (!str_starts(str_of(value), rest))
		return;
	buf_append_str(c->out, c->before);
	buf_append_text(c->out, value);
	if (help)
		buf_printf(c->out, "\t%s", help);
	buf_append_char(c->out, '\n');
}

static void put_files(const struct completion *c, const char *suffixes)
{
	buf_printf(c->out, ":files%s%s\n", suffixes ? " " : "",
	    suffixes ? suffixes : "");
}

static void put_read_files(struct completion *c)
{
	put_files(c, c->suffixes);
}

static void put_any_files(struct completion *c)
{
	put_files(c, NULL);
}

static void put_folders(struct completion *c)
{
	buf_append_text(c->out, ":folders\n");
}

/* The command stands behind the words that name its place. */
static void put_command(struct completion *c)
{
	size_t after = c->n_others - MIN(c->n_others, (size_t)2);

	buf_printf(c->out, ":command %zu\n", c->index - after);
}

static void offer_shared(struct completion *c, const char *folder)
{
	char **names = share_list(folder, ".yaml");

	for (size_t i = 0; names && names[i]; i++)
		complete_offer(c, names[i], NULL);
	share_list_free(names);
	put_files(c, ".yaml");
}

static void offer_sequences(struct completion *c)
{
	offer_shared(c, "capture/sequences");
}

static void offer_models(struct completion *c)
{
	offer_shared(c, "topologies/models");
}

static void offer_kinds(struct completion *c)
{
	const char *name;

	for (size_t i = 0; (name = schema_kind(i)); i++)
		complete_offer(c, name, NULL);
}

static void offer_rules(struct completion *c)
{
	for (size_t i = 0; i < rules_count(); i++)
		complete_offer(c, rule_at(i)->id, rule_at(i)->text);
}

static int on_lesson(void *user, const char *path, struct error *err)
{
	const char *id = strrchr(path, '/') + 1;
	char number[64];

	(void)err;
	complete_offer(user, folder_number(id, number, sizeof(number)), id);
	return 0;
}

static void offer_lessons(struct completion *c)
{
	struct error err = ERROR_NULL;

	(void)folder_each(on_lesson, c, &err);
	put_folders(c);
}

/* ---- labs that are up --------------------------------------------------------------- */

static void on_lab(void *user, const char *lab)
{
	complete_offer(user, lab, NULL);
}

static void offer_labs(struct completion *c)
{
	struct error err = ERROR_NULL;

	(void)labsock_list(on_lab, c, &err);
}

static void on_node(void *user, const char *port, const char *what)
{
	const struct completion *c = user;
	const char *node = strchr(port, '/');

	if (node && !strchr(node, ':') &&
	    str_is(str_make(port, (size_t)(node - port)), c->others[0]))
		complete_offer(c, node + 1, what);
}

static void offer_nodes(struct completion *c)
{
	struct error err = ERROR_NULL;

	if (c->n_others > 0)
		(void)lab_port_list(on_node, c, &err);
}

static void on_port(void *user, const char *port, const char *what)
{
	complete_offer(user, port, what);
}

static void offer_ports(struct completion *c)
{
	struct error err = ERROR_NULL;

	(void)lab_port_list(on_port, c, &err);
}

static void on_acs(void *user, const char *port, const char *what)
{
	if (!strchr(port, ':') && what && strncmp(what, "acs", 3) == 0)
		complete_offer(user, port, what);
}

static void offer_acss(struct completion *c)
{
	struct error err = ERROR_NULL;

	(void)lab_port_list(on_acs, c, &err);
}

/* CPEs of the lab whose ACS stands before. */
static void on_device(void *user, const char *port, const char *what)
{
	const struct completion *c = user;
	struct str rest, lab = str_cut(str_of(c->others[0]), '/', &rest);
	struct str node, of = str_cut(str_of(port), '/', &node);

	if (str_eq(of, lab) && what && !strchr(port, ':') &&
	    (strncmp(what, "cpe", 3) == 0 || strncmp(what, "switch and", 10) == 0))
		complete_offer(c, strchr(port, '/') + 1, what);
}

static void offer_devices(struct completion *c)
{
	struct error err = ERROR_NULL;

	if (c->n_others > 0)
		(void)lab_port_list(on_device, c, &err);
}

static void offer_methods(struct completion *c)
{
	const struct acs_rpc *rpc;

	for (size_t i = 0; (rpc = acs_rpc_at(i)); i++)
		complete_offer(c, cwmp_method_name(rpc->method), rpc->help);
}

static void offer_rows(struct completion *c, const struct quirk *quirk)
{
	for (; quirk->name; quirk++)
		complete_offer(c, quirk->name, quirk->wire);
}

static void offer_quirks(struct completion *c)
{
	offer_rows(c, quirks_of_cpe);
}

static void offer_misbehaviours(struct completion *c)
{
	offer_rows(c, quirks_of_acs);
}

static void offer_interfaces(struct completion *c)
{
	DIR *dir = opendir("/sys/class/net");
	const struct dirent *entry;

	while (dir && (entry = readdir(dir))) {
		if (entry->d_name[0] != '.')
			complete_offer(c, entry->d_name, NULL);
	}
	if (dir)
		(void)closedir(dir);
	complete_offer(c, "any", "all interfaces");
	offer_ports(c);
}

/* ---- names --------------------------------------------------------------------------- */

static const struct source {
	const char *name;
	void (*offer)(struct completion *c);
} sources[] = {
	{ "FILE", put_read_files },
	{ "KEYS", put_any_files },
	{ "PATH", put_any_files },
	{ "DIR", put_folders },
	{ "CMD", put_command },
	{ "ARGUMENT", put_command },
	{ "KIND", offer_kinds },
	{ "RULE", offer_rules },
	{ "SEQUENCE", offer_sequences },
	{ "MODEL", offer_models },
	{ "QUIRK", offer_quirks },
	{ "MISBEHAVIOUR", offer_misbehaviours },
	{ "LESSON", offer_lessons },
	{ "LAB", offer_labs },
	{ "NODE", offer_nodes },
	{ "LAB/NODE", offer_ports },
	{ "LAB/ACS", offer_acss },
	{ "ACS", offer_nodes },
	{ "DEVICE", offer_devices },
	{ "METHOD", offer_methods },
	{ "IF", offer_interfaces },
};

static bool is_name_char(char c)
{
	return (c >= 'A' && c <= 'Z') || c == '/';
}

/* Of "text|dot|svg" each; of "CODE|any" the one that is written as it is typed. */
static void offer_words(const struct completion *c, struct str name)
{
	while (name.len > 0) {
		struct str word = str_cut(name, '|', &name);
		char text[64];

		if (word.len == 0 || word.len >= sizeof(text) ||
		    is_name_char(word.p[0]))
			continue;
		(void)snprintf(text, sizeof(text), "%.*s", STR_ARG(word));
		complete_offer(c, text, NULL);
	}
}

void complete_argument(struct completion *c, struct str name)
{
	size_t end = 0, comma;

	if (str_find(name, STR("|"), NULL)) {
		offer_words(c, name);
		return;
	}
	if (str_find(name, STR("[,"),
		NULL)) { /* a list: its last item is in question */
		for (comma = c->typed.len; comma > 0 && c->typed.p[comma - 1] != ',';)
			comma--;
		c->before = str_make(c->typed.p, comma);
	}
	while (end < name.len && is_name_char(name.p[end]))
		end++;
	for (size_t i = 0; i < ARRAY_LEN(sources); i++) {
		if (str_is(str_make(name.p, end), sources[i].name))
			sources[i].offer(c);
	}
}
