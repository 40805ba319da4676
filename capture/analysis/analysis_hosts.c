/* What each CPE asked DHCP and DNS, and how it was called, as rows of a report. */
#include "capture/analysis/analysis_internal.h"
#include "capture/message/dns.h"
#include "lib/base/text.h"
#include "lib/proto/dhcp.h"
#include "lib/proto/dhcp6.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

struct rows {
	const struct analysis *analysis;
	struct arena *arena;
	struct analysis_host *host;
};

static struct analysis_message *add_row(const struct rows *rows, enum message_kind kind,
    struct frame_ref first, struct frame_ref last)
{
	struct analysis_message *row = &rows->host->messages[rows->host->n_messages++];

	*row = (struct analysis_message){ .kind = kind,
		.from = FROM_CPE,
		.frame = last.number,
		.first_frame = first.number,
		.time = last.time,
		.first_time = first.time };
	return row;
}

static void put_acs(struct buf *out, const struct dhcp_record *dhcp)
{
	const struct opt43 *acs = &dhcp->acs;

	if (dhcp->acs_option == 0)
		return;
	buf_printf(out, "%soption %u (%s)", out->len > 0 ? ", " : "", dhcp->acs_option,
	    opt43_layout_name(acs->layout));
	if (acs->url.len > 0)
		buf_printf(out, " %.*s", STR_ARG(acs->url));
	if (acs->username.len > 0)
		buf_printf(out, ", user %.*s", STR_ARG(acs->username));
	if (dhcp->acs_mistake)
		buf_printf(out, " %s", dhcp->acs_mistake);
	else if (acs->url.len == 0 && dhcp->acs_raw)
		buf_printf(out, " %s", dhcp->acs_raw);
}

static const char *dhcp_name(const struct rows *rows, const struct dhcp_record *dhcp)
{
	auto_buf name = BUF_NULL;

	if (!dhcp->is_ip6)
		return dhcp_message_name(dhcp->type);
	buf_printf(&name, "DHCPv6 %s", dhcp6_message_name(dhcp->type));
	return arena_strdup(rows->arena, buf_str(&name));
}

static void add_dhcp(const struct rows *rows, const struct dhcp_record *dhcp)
{
	struct analysis_message *row =
	    add_row(rows, MESSAGE_DHCP, dhcp->frame, dhcp->frame);
	auto_buf detail = BUF_NULL;
	char text[ADDRESS_TEXT_MAX];

	row->from = dhcp->is_of_server ? FROM_DHCP : FROM_CPE;
	row->lease = dhcp->step;
	row->is_ip6 = dhcp->is_ip6;
	row->name = dhcp_name(rows, dhcp);
	buf_append_text(&detail, address_text(&dhcp->address, text));
	put_acs(&detail, dhcp);
	if (dhcp->options)
		buf_printf(&detail, "%s%s", detail.len > 0 ? ", " : "", dhcp->options);
	if (detail.len > 0)
		row->detail = analysis_shown(rows->analysis, rows->arena,
		    arena_strdup(rows->arena, buf_str(&detail)));
	row->layer = dhcp->acs_error ? "DHCP" : NULL;
	row->why = dhcp->acs_error;
}

static void put_rcode(struct buf *out, uint8_t rcode)
{
	const char *name = dns_rcode_name(rcode);

	if (name[0] != '\0')
		buf_append_text(out, name);
	else
		buf_printf(out, "error %u", rcode);
}

static void add_dns(const struct rows *rows, const struct dns_exchange *dns)
{
	struct frame_ref end = dns->answer.number ? dns->answer : dns->query;
	struct analysis_message *row = add_row(rows, MESSAGE_DNS, dns->query, end);
	auto_buf text = BUF_NULL;
	char address[ADDRESS_TEXT_MAX];

	buf_printf(&text, "%s %s", dns->type == DNS_TYPE_AAAA ? "AAAA" : "A",
	    dns->name);
	row->name = arena_strdup(rows->arena, buf_str(&text));
	buf_reset(&text);
	if (dns->answer.number == 0)
		buf_append_text(&text, "no answer");
	else if (dns->rcode != 0)
		put_rcode(&text, dns->rcode);
	for (size_t i = 0; i < dns->n_addresses; i++)
		buf_printf(&text, "%s%s", i > 0 ? ", " : "",
		    address_text(&dns->addresses[i], address));
	row->detail = arena_strdup(rows->arena, buf_str(&text));
}

/* TR-069 A6 3.2.2: GET by the ACS, and what the CPE says to it. */
static void add_call(const struct rows *rows, const struct call_record *call)
{
	char address[ADDRESS_TEXT_MAX], text[ADDRESS_TEXT_MAX + 8];
	const struct http_record *answer = call->answer;
	struct analysis_message *row;
	auto_buf detail = BUF_NULL;

	if (!call->get)
		return;
	row = add_row(rows, MESSAGE_HTTP, call->get->first, call->get->frame);
	row->from = FROM_ACS;
	row->name = "connection request";
	buf_printf(&detail, "from %s", address_text(&call->conn->client, address));
	row->has_credentials = call->get->auth.has_credentials;
	row->user =
	    analysis_shown(rows->analysis, rows->arena, call->get->auth.username);
	if (row->user)
		buf_printf(&detail, ", user \"%s\"", row->user);
	row->detail = arena_strdup(rows->arena, buf_str(&detail));
	if (!answer)
		return;
	row = add_row(rows, MESSAGE_HTTP, answer->first, answer->frame);
	(void)snprintf(text, sizeof(text), "%u", answer->head.status);
	row->name = arena_strdup(rows->arena, str_of(text));
	row->http_status = answer->head.status;
}

/* TR-069 A6 Annex M: a POST by UDP, which nobody answers. */
static void add_light(const struct rows *rows, const struct light_record *light)
{
	struct analysis_message *row =
	    add_row(rows, MESSAGE_HTTP, light->frame, light->frame);
	auto_buf detail = BUF_NULL;

	row->name = "lightweight notification";
	buf_printf(&detail, "%s%s", light->is_broken ? "cannot be read: " : "",
	    light->text);
	row->detail = analysis_shown(rows->analysis, rows->arena,
	    arena_strdup(rows->arena, buf_str(&detail)));
}

/* The connections of the calls; several calls may be on one. */
static int add_calls(const struct rows *rows, const struct records *calls)
{
	const struct conn_record *last = NULL;
	char address[ADDRESS_TEXT_MAX];

	rows->host->calls =
	    arena_array(rows->arena, calls->len, sizeof(*rows->host->calls));
	if (!rows->host->calls)
		return -ENOMEM;
	for (size_t i = 0; i < calls->len; i++) {
		const struct call_record *call = calls->items[i];
		const struct conn_record *conn = call->conn;

		add_call(rows, call);
		if (!call->get || conn == last)
			continue;
		last = conn;
		rows->host->calls[rows->host->n_calls++] = (struct analysis_conn){
			.client = arena_strdup(rows->arena,
			    str_of(address_text(&conn->client, address))),
			.server = arena_strdup(rows->arena,
			    str_of(address_text(&conn->server, address))),
			.client_port = conn->client_port,
			.server_port = conn->server_port,
			.first_frame = conn->tcp.syn.number ? conn->tcp.syn.number
							    : call->get->first.number,
			.last_frame = conn->last.number,
		};
	}
	return 0;
}

static int by_frame(const void *a, const void *b)
{
	const struct analysis_message *left = a, *right = b;

	if (left->first_frame != right->first_frame)
		return left->first_frame < right->first_frame ? -1 : 1;
	return 0;
}

static int build_host(const struct analysis *analysis, struct arena *arena,
    struct analysis_host *host, const struct cpe_record *cpe,
    const struct records *calls)
{
	static const struct records none = { NULL, 0, 0 };
	bool is_whole = !cpe->is_shared || host->device == SIZE_MAX;
	const struct records *dhcp = is_whole ? &cpe->kept->dhcp : &none;
	const struct records *dns = is_whole ? &cpe->kept->dns : &none;
	const struct records *lights = is_whole ? &cpe->kept->lights : &none;
	const struct rows rows = { analysis, arena, host };

	host->cpe = cpe->kept->address_text;
	host->mac = cpe->kept->mac_text;
	host->is_shared = cpe->is_shared;
	host->messages =
	    arena_array(arena, dhcp->len + dns->len + lights->len + 2 * calls->len,
		sizeof(*host->messages));
	if (!host->messages)
		return -ENOMEM;
	for (size_t i = 0; i < dhcp->len; i++)
		add_dhcp(&rows, dhcp->items[i]);
	for (size_t i = 0; i < dns->len; i++)
		add_dns(&rows, dns->items[i]);
	for (size_t i = 0; i < lights->len; i++)
		add_light(&rows, lights->items[i]);
	if (add_calls(&rows, calls) < 0)
		return -ENOMEM;
	if (host->n_messages > 0)
		qsort(host->messages, host->n_messages, sizeof(*host->messages),
		    by_frame);
	return 0;
}

/* Calls by whom they are for; those for nobody who is known come last. */
static size_t device_of(const struct call_record *call)
{
	return call->device ? call->device->place : SIZE_MAX;
}

int analysis_build_act(const struct analysis *analysis, struct arena *arena,
    const struct cpe_record *cpe, const struct host_act *act, struct analysis_host *ret)
{
	const struct rows rows = { analysis, arena, ret };
	char text[ADDRESS_TEXT_MAX], mac[MAC_TEXT_MAX];

	*ret = (struct analysis_host){ .device =
					   act->call ? device_of(act->call) : SIZE_MAX,
		.is_shared = cpe->is_shared,
		.messages = arena_array(arena, 2, sizeof(*ret->messages)) };
	if (cpe->at.family != ADDRESS_NONE)
		ret->cpe = arena_strdup(arena, str_of(address_text(&cpe->at, text)));
	if (cpe->has_mac)
		ret->mac = arena_strdup(arena, str_of(mac_text(cpe->mac, mac)));
	if (!ret->messages)
		return -ENOMEM;
	if (act->dhcp)
		add_dhcp(&rows, act->dhcp);
	if (act->dns)
		add_dns(&rows, act->dns);
	if (act->call)
		add_call(&rows, act->call);
	if (act->light)
		add_light(&rows, act->light);
	return 0;
}

/* ---- addresses that devices share ---------------------------------------------------- */

static int by_device(const void *a, const void *b)
{
	const struct call_record *x = *(struct call_record *const *)a;
	const struct call_record *y = *(struct call_record *const *)b;

	if (device_of(x) != device_of(y))
		return device_of(x) < device_of(y) ? -1 : 1;
	return x->get->frame.number < y->get->frame.number ? -1 : 1;
}

/* The address itself, and what is for one of its devices alone. */
static int build_shared(struct analysis *analysis, struct arena *arena,
    const struct cpe_record *cpe)
{
	struct records sorted = { arena_array(arena, cpe->kept->calls.len + 1,
				      sizeof(*sorted.items)),
		cpe->kept->calls.len, 0 };
	struct records part;
	int r = 0;

	if (!sorted.items)
		return -ENOMEM;
	if (sorted.len > 0) {
		memcpy(sorted.items, cpe->kept->calls.items,
		    sorted.len * sizeof(*sorted.items));
		qsort(sorted.items, sorted.len, sizeof(*sorted.items), by_device);
	}
	for (part = sorted; r == 0; part.items += part.len) {
		size_t left = (size_t)(sorted.items + sorted.len - part.items);
		struct analysis_host *host = &analysis->hosts[analysis->n_hosts++];

		part.len = 0;
		host->device = left > 0 ? device_of(part.items[0]) : SIZE_MAX;
		while (
		    part.len < left && device_of(part.items[part.len]) == host->device)
			part.len++;
		r = build_host(analysis, arena, host, cpe, &part);
		if (host->device == SIZE_MAX)
			return r;
	}
	return r;
}

/* At most: each shared address may have one a call. */
static size_t count_hosts(const struct records *cpes)
{
	size_t n = cpes->len;

	for (size_t i = 0; i < cpes->len; i++) {
		const struct cpe_record *cpe = cpes->items[i];

		n += cpe->is_shared ? cpe->kept->calls.len : 0;
	}
	return n;
}

int analysis_build_hosts(struct analysis *analysis, struct observer *observer)
{
	const struct records *cpes = observer_cpes(observer);
	struct arena *arena = observer_arena(observer);
	int r = 0;

	analysis->hosts =
	    arena_array(arena, count_hosts(cpes), sizeof(*analysis->hosts));
	if (!analysis->hosts)
		return -ENOMEM;
	for (size_t i = 0; i < cpes->len && r == 0; i++) {
		const struct cpe_record *cpe = cpes->items[i];
		struct analysis_host *host = &analysis->hosts[analysis->n_hosts];

		if (!cpe->is_cwmp)
			continue;
		if (cpe->is_shared) {
			r = build_shared(analysis, arena, cpe);
			continue;
		}
		host->device = cpe->device ? cpe->device->place : SIZE_MAX;
		analysis->n_hosts++;
		r = build_host(analysis, arena, host, cpe, &cpe->kept->calls);
	}
	return r;
}
