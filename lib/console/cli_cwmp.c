/* The CWMP view: one row an attribute, which set and undo go by. */
#include "lib/console/cli_rows.h"

#include "lib/base/cleanup.h"
#include "lib/base/compiler.h"
#include "lib/console/cli_cipher.h"
#include "lib/console/cli_session.h"
#include "lib/proto/date_time.h"

#include <stddef.h>

enum item_kind {
	ITEM_SWITCH,
	ITEM_TEXT,
	ITEM_SECRET,
	ITEM_INTERFACE,
	ITEM_NUMBER,
	ITEM_RETRY,
	ITEM_TIME
};

#define ITEM(words_, kind_, member)                            \
	{                                                      \
		.words = (words_), .kind = (kind_),            \
		.offset = offsetof(struct cli_cwmp, member),   \
		.size = sizeof(((struct cli_cwmp *)0)->member) \
	}

static const struct item {
	const char *words; /* that its rows begin with */
	enum item_kind kind;
	size_t offset, size; /* of its member */
} items[] = {
	ITEM("cwmp enable", ITEM_SWITCH, is_enabled),
	ITEM("cwmp acs url", ITEM_TEXT, acs.url),
	ITEM("cwmp acs username", ITEM_TEXT, acs.username),
	ITEM("cwmp acs password", ITEM_SECRET, acs.password),
	ITEM("cwmp acs default url", ITEM_TEXT, dflt.url),
	ITEM("cwmp acs default username", ITEM_TEXT, dflt.username),
	ITEM("cwmp acs default password", ITEM_SECRET, dflt.password),
	ITEM("cwmp cpe username", ITEM_TEXT, cpe_username),
	ITEM("cwmp cpe password", ITEM_SECRET, cpe_password),
	ITEM("cwmp cpe provision-code", ITEM_TEXT, provision_code),
	ITEM("cwmp cpe connect interface", ITEM_INTERFACE, connect_interface),
	ITEM("cwmp cpe inform interval enable", ITEM_SWITCH, is_informing),
	ITEM("cwmp cpe inform interval", ITEM_NUMBER, inform_interval),
	ITEM("cwmp cpe inform time", ITEM_TIME, inform_time),
	ITEM("cwmp cpe connect retry", ITEM_RETRY, retry),
	ITEM("cwmp cpe wait timeout", ITEM_NUMBER, wait_timeout),
	ITEM("cwmp cpe stun enable", ITEM_SWITCH, has_stun),
	ITEM("ssl client-policy", ITEM_TEXT, ssl_policy),
};

/* The one whose words the row begins with, behind "undo": the longest. */
static const struct item *find_item(struct str syntax)
{
	const struct item *found = NULL;

	if (str_starts(syntax, STR("undo ")))
		syntax = str_from(syntax, 5);
	for (size_t i = 0; i < ARRAY_LEN(items); i++) {
		struct str words = str_of(items[i].words);

		if (str_starts(syntax, words) &&
		    (syntax.len == words.len || syntax.p[words.len] == ' ') &&
		    (!found || words.len > strlen(found->words)))
			found = &items[i];
	}
	return found;
}

/* ---- set ------------------------------------------------------------------------------ */

static void set_secret(struct cli_call *call, char *member, size_t size)
{
	struct str text = call->match->args[0].text;
	char plain[CLI_CIPHER_PLAIN_MAX + 1];

	if (!strstr(call->match->row->syntax, " cipher "))
		cli_text_set(member, size, text);
	else if (cli_cipher_show(text, plain))
		cli_text_set(member, size, str_of(plain));
	else
		cli_call_fail(call, "The cipher password is invalid.");
}

/* "Vlan-interface1": the type of the row, and the number that was typed. */
static void set_interface(struct cli_call *call, char *member, size_t size)
{
	struct cli_element element;
	auto_buf name = BUF_NULL;

	for (size_t i = 0; cli_row_element(call->match->row, i, &element); i++) {
		if (element.kind == CLI_TYPE)
			buf_append_str(&name, element.text);
	}
	buf_append_str(&name, call->match->args[0].text);
	cli_text_set(member, size, buf_str(&name));
}

/* A time that is over is none to wait for; one of a start-up file was to come when it was set. */
static void set_time(struct cli_call *call, char *member, size_t size)
{
	struct str text = call->match->args[0].text;
	struct date_time time = { .seconds = 0 };
	auto_free struct cli_facts *facts = NULL;

	if (!call->session->is_loading) {
		facts = calloc(1, sizeof(*facts));
		if (!facts) {
			cli_call_fail(call, "Not enough memory.");
			return;
		}
		call->device->edges->look(call->device->user, facts);
		(void)date_time_read(&time, text);
		if (time.seconds <= facts->wall / NS_PER_S) {
			cli_call_fail(call, "The time must be in the future.");
			return;
		}
	}
	cli_text_set(member, size, text);
}

void cli_run_cwmp_item(struct cli_call *call)
{
	const struct item *item = find_item(str_of(call->match->row->syntax));
	struct cli_cwmp *cwmp = &call->config->cwmp;
	const struct cli_arg *arg = &call->match->args[0];
	char *member = (char *)cwmp + item->offset;

	switch (item->kind) {
	case ITEM_SWITCH:
		*(bool *)(void *)member = true;
		return;
	case ITEM_TEXT:
		cli_text_set(member, item->size, arg->text);
		return;
	case ITEM_SECRET:
		set_secret(call, member, item->size);
		return;
	case ITEM_INTERFACE:
		set_interface(call, member, item->size);
		return;
	case ITEM_RETRY:
		cwmp->has_retry = true;
		cwmp->retry = (uint32_t)arg->number;
		return;
	case ITEM_NUMBER:
		*(uint32_t *)(void *)member = (uint32_t)arg->number;
		return;
	case ITEM_TIME:
		set_time(call, member, item->size);
		return;
	}
}

/* ---- undo ----------------------------------------------------------------------------- */

void cli_run_undo_cwmp_item(struct cli_call *call)
{
	const struct item *item = find_item(str_of(call->match->row->syntax));
	struct cli_cwmp *cwmp = &call->config->cwmp;

	/* 0, false and "" are what is not set. */
	memset((char *)cwmp + item->offset, 0, item->size);
	if (item->kind == ITEM_RETRY)
		cwmp->has_retry = false;
}
