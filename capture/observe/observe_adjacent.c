/* What CPEs say besides CWMP sessions, by other annexes of TR-069: it is counted, so that
 * nobody takes it for judged; of lightweight notifications it is read what they say. */
#include "capture/observe/observe_internal.h"

#include "capture/record/auth_proof.h"
#include "lib/base/cut.h"
#include "lib/base/secret.h"
#include "lib/cwmp/lightweight.h"

#include <errno.h>

enum {
	XMPP_TLS_PORT = 5223, /* XEP-0368; 5222 begins in plain text (RFC 6120 5) */
	LIGHT_SHOWN_MAX = 4,  /* parameters of a lightweight notification */
	LIGHT_VALUE_MAX = 64  /* bytes of each value that are shown */
};

/* RFC 6120 4.7: the client opens a stream of "jabber:client". */
static bool opens_xmpp(struct str bytes)
{
	return bytes.len > 0 && bytes.p[0] == '<' &&
	       (str_find(bytes, STR("jabber:client"), NULL) ||
		   str_find(bytes, STR("http://etherx.jabber.org/streams"), NULL));
}

void adjacent_note_data(struct conn_state *state, struct str bytes)
{
	if (!state->has_begun && opens_xmpp(bytes))
		state->observer->counts.adjacent.xmpp++;
	state->has_begun = true;
}

bool adjacent_note_no_secrets(struct conn_state *state)
{
	if (state->record->server_port != XMPP_TLS_PORT)
		return false;
	state->observer->counts.adjacent.xmpp++;
	return true;
}

bool adjacent_note_request(struct conn_state *state, const struct http_head *head)
{
	if (!http_header(head, "BBF-Report-Format").p)
		return false;
	state->observer->counts.adjacent.bulk_data++;
	return true;
}

/* ---- lightweight notifications ------------------------------------------------------- */

static void put_param(const struct observer *observer, struct buf *out,
    const struct cwmp_param *param)
{
	char value[LIGHT_VALUE_MAX + 32];
	bool is_hidden = param->value.len > 0 && secret_is_named(param->name) &&
			 !observer->options.show_secrets;

	buf_printf(out, "%.*s=%s", STR_ARG(param->name),
	    is_hidden
		? "***"
		: cut_print(value, LIGHT_VALUE_MAX, "%.*s", STR_ARG(param->value)));
}

static void put_params(const struct observer *observer, struct buf *out,
    const struct cwmp_params *params)
{
	size_t n = MIN(params->len, (size_t)LIGHT_SHOWN_MAX);

	for (size_t i = 0; i < n; i++) {
		buf_append_text(out, i > 0 ? ", " : "");
		put_param(observer, out, &params->items[i]);
	}
	if (params->len > n)
		buf_printf(out, " and %zu more", params->len - n);
}

/* Whether the datagram has fewer bytes behind its head than that says. */
static bool is_cut(struct str payload)
{
	static const struct http_limits limits = { .is_tolerant = true };
	struct http_head head;
	int n = http_head_parse(&head, true, payload.p, payload.len, &limits, NULL);

	return n > 0 && head.framing == HTTP_LENGTH &&
	       head.content_length > payload.len - (size_t)n;
}

static void read_light(struct observer *observer, struct str payload,
    struct arena *arena, struct light_facts *ret)
{
	*ret = (struct light_facts){ .bad = ERROR_NULL, .is_cut = is_cut(payload) };
	if (!observer->light_reader)
		observer->light_reader = xml_reader_new();
	if (!observer->light_reader)
		observer->memory.error = -ENOMEM;
	else
		ret->error = lightweight_read(&ret->said, observer->light_reader,
		    payload, arena, &ret->bad);
	if (ret->error == -ENOMEM)
		observer->memory.error = -ENOMEM;
}

static void note_light(struct observer *observer, struct cpe_record *host,
    const struct datagram_record *datagram, const struct light_facts *facts)
{
	struct light_record *kept,
	    light = { .frame = datagram->frame, .is_broken = facts->error < 0 };
	auto_buf text = BUF_NULL;

	if (light.is_broken)
		buf_append_text(&text, facts->bad.text);
	else
		put_params(observer, &text, &facts->said.params);
	light.text = buf_cstr(&text);
	if (!host->kept) {
		act_light(observer, host, &light);
		return;
	}
	kept = observer_alloc(observer, sizeof(*kept));
	if (!kept)
		return;
	*kept = light;
	kept->text = observer_strdup(observer, buf_str(&text));
	if (kept->text)
		observer_push(observer, &host->kept->lights, kept);
}

bool adjacent_note_datagram(struct observer *observer,
    const struct datagram_record *datagram, struct arena *arena,
    struct light_facts *ret)
{
	struct cpe_record *host;

	if (!str_find(datagram->payload, STR("urn:broadband-forum-org:cwmp:lwnotif-"),
		NULL))
		return false;
	observer->counts.adjacent.lightweight++;
	read_light(observer, datagram->payload, arena, ret);
	host = observer_find_cpe(observer, &datagram->from);
	if (ret->error == 0)
		ret->proof = auth_prove_light(cpe_device(host), host, &ret->said);
	if (host && (host->kept || host->is_cwmp))
		note_light(observer, host, datagram, ret);
	return true;
}
