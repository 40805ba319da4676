#include "capture/analysis/analysis_subjects.h"

#include <errno.h>
#include <stdlib.h>

/* A session of a device, and the address from which it came. */
struct visit {
	const struct session_record *session;
	size_t device;
};

struct finder {
	struct observer *observer;
	struct arena *arena;
	struct visit *visits; /* by device, then by start; owned */
	size_t n_visits;
	struct records *calls; /* struct call_record, of each device; owned */
	struct analysis_subjects *ret;
};

/* ---- who informed from where --------------------------------------------------------- */

static int by_device(const void *a, const void *b)
{
	const struct visit *x = a, *y = b;

	if (x->device != y->device)
		return x->device < y->device ? -1 : 1;
	if (x->session->start.number != y->session->start.number)
		return x->session->start.number < y->session->start.number ? -1 : 1;
	return x->session->id < y->session->id ? -1 : x->session->id > y->session->id;
}

static int find_visits(struct finder *finder)
{
	const struct records *sessions = observer_sessions(finder->observer);

	finder->visits = calloc(sessions->len + 1, sizeof(*finder->visits));
	if (!finder->visits)
		return -ENOMEM;
	for (size_t i = 0; i < sessions->len; i++) {
		const struct session_record *session = sessions->items[i];

		if (session->device && session->host)
			finder->visits[finder->n_visits++] =
			    (struct visit){ session, session->device->place };
	}
	if (finder->n_visits > 0)
		qsort(finder->visits, finder->n_visits, sizeof(*finder->visits),
		    by_device);
	return 0;
}

/* Calls are of the device whose URL they name, whatever address it shares. */
static int find_calls(struct finder *finder)
{
	const struct records *cpes = observer_cpes(finder->observer);

	finder->calls =
	    calloc(observer_devices(finder->observer)->len + 1, sizeof(*finder->calls));
	if (!finder->calls)
		return -ENOMEM;
	for (size_t i = 0; i < cpes->len; i++) {
		const struct cpe_record *cpe = cpes->items[i];

		for (size_t k = 0; k < cpe->kept->calls.len; k++) {
			struct call_record *call = cpe->kept->calls.items[k];

			if (call->device &&
			    !records_push(&finder->calls[call->device->place],
				finder->arena, call))
				return -ENOMEM;
		}
	}
	return 0;
}

/* ---- one device ---------------------------------------------------------------------- */

/* What of the session's messages came over each of its connections, by their places. Null
 * without memory. */
static struct records *parts_of(struct finder *finder,
    const struct session_record *session)
{
	struct records *parts =
	    arena_array(finder->arena, session->conns.len + 1, sizeof(*parts));

	for (size_t i = 0; parts && i < session->messages.len; i++) {
		const struct http_record *http = session->messages.items[i];

		if (http->links.conn_place < session->conns.len &&
		    !records_push(&parts[http->links.conn_place], finder->arena,
			session->messages.items[i]))
			return NULL;
	}
	return parts;
}

/* The connection as far as this session used it. */
static struct conn_record *part_of(struct finder *finder, struct conn_record *whole,
    const struct records *messages)
{
	struct conn_record *part;

	if (messages->len == whole->http.messages.len)
		return whole;
	part = arena_alloc(finder->arena, sizeof(*part));
	if (!part)
		return NULL;
	*part = *whole;
	part->http.messages = *messages;
	return part;
}

static uint64_t began(const struct conn_record *conn)
{
	const struct records *messages = &conn->http.messages;

	return messages->len > 0
		   ? ((const struct http_record *)messages->items[0])->first.number
	       : conn->tcp.syn.number ? conn->tcp.syn.number
				      : conn->last.number;
}

static int by_beginning(const void *a, const void *b)
{
	uint64_t x = began(*(struct conn_record *const *)a);
	uint64_t y = began(*(struct conn_record *const *)b);

	return x < y ? -1 : x > y;
}

static int by_dhcp_frame(const void *a, const void *b)
{
	uint64_t x = (*(struct dhcp_record *const *)a)->frame.number;
	uint64_t y = (*(struct dhcp_record *const *)b)->frame.number;

	return x < y ? -1 : x > y;
}

static int by_query(const void *a, const void *b)
{
	uint64_t x = (*(struct dns_exchange *const *)a)->query.number;
	uint64_t y = (*(struct dns_exchange *const *)b)->query.number;

	return x < y ? -1 : x > y;
}

static void sort(struct records *records, int (*order)(const void *, const void *))
{
	if (records->len > 1)
		qsort(records->items, records->len, sizeof(*records->items), order);
}

static bool add_all(struct finder *finder, struct records *to,
    const struct records *from)
{
	for (size_t i = 0; i < from->len; i++) {
		if (!records_push(to, finder->arena, from->items[i]))
			return false;
	}
	return true;
}

/* What an address says of the device that has it alone. */
static bool add_host(struct finder *finder, struct cpe_kept *kept,
    const struct cpe_record *host)
{
	if (kept->first.number == 0 || host->kept->first.number < kept->first.number)
		kept->first = host->kept->first;
	if (!kept->mac_text)
		kept->mac_text = host->kept->mac_text;
	return add_all(finder, &kept->dhcp, &host->kept->dhcp) &&
	       add_all(finder, &kept->dns, &host->kept->dns) &&
	       add_all(finder, &kept->conns, &host->kept->conns);
}

/* What a session says of a device that shares its address. */
static bool add_session(struct finder *finder, struct cpe_kept *kept,
    const struct session_record *session)
{
	const struct records *parts = parts_of(finder, session);

	if (!parts)
		return false;
	if (kept->first.number == 0 || session->start.number < kept->first.number)
		kept->first = session->start;
	for (uint32_t i = 0; i < session->conns.len; i++) {
		struct conn_record *part =
		    part_of(finder, session->conns.items[i], &parts[i]);
		uint32_t n = kept->conns.len;

		if (!part)
			return false;
		if ((n == 0 || kept->conns.items[n - 1] != part) &&
		    !records_push(&kept->conns, finder->arena, part))
			return false;
	}
	return true;
}

static int by_host(const void *a, const void *b)
{
	uint32_t x = (*(struct cpe_record *const *)a)->kept->place;
	uint32_t y = (*(struct cpe_record *const *)b)->kept->place;

	return x < y ? -1 : x > y;
}

/* The addresses of the visits, each once. */
static bool find_hosts(struct finder *finder, const struct visit *visits, size_t n,
    struct records *ret)
{
	uint32_t len = 0;

	for (size_t i = 0; i < n; i++) {
		if ((ret->len == 0 ||
			ret->items[ret->len - 1] != visits[i].session->host) &&
		    !records_push(ret, finder->arena, visits[i].session->host))
			return false;
	}
	sort(ret, by_host);
	for (uint32_t i = 0; i < ret->len; i++) {
		if (i == 0 || ret->items[i] != ret->items[i - 1])
			ret->items[len++] = ret->items[i];
	}
	ret->len = len;
	return true;
}

/* One record of all that the device did, from addresses of its own and from shared ones. */
static const struct cpe_record *merge(struct finder *finder, const struct visit *visits,
    size_t n, const struct records *hosts)
{
	const struct session_record *last = visits[n - 1].session;
	const struct cpe_record *first = hosts->items[0];
	struct cpe_record *cpe = arena_alloc(finder->arena, sizeof(*cpe));
	struct cpe_kept *kept = arena_alloc(finder->arena, sizeof(*kept));

	if (!cpe || !kept)
		return NULL;
	*cpe = *last->host;
	cpe->kept = kept;
	cpe->device = last->device;
	*kept = (struct cpe_kept){ .place = first->kept->place,
		.address_text = last->host->kept->address_text,
		.calls = finder->calls[visits[0].device] };
	for (size_t i = 0; i < hosts->len; i++) {
		const struct cpe_record *host = hosts->items[i];

		if (!host->is_shared && !add_host(finder, kept, host))
			return NULL;
	}
	for (size_t i = 0; i < n; i++) {
		if (visits[i].session->host->is_shared &&
		    !add_session(finder, kept, visits[i].session))
			return NULL;
	}
	/* Where it shares its only address, so it does the names that were asked for. */
	if (hosts->len == 1 && last->host->is_shared)
		kept->dns = last->host->kept->dns;
	else
		sort(&kept->dns, by_query);
	sort(&kept->dhcp, by_dhcp_frame);
	sort(&kept->conns, by_beginning);
	return cpe;
}

static int add_device(struct finder *finder, size_t at, size_t *ret_next)
{
	const struct visit *visits = &finder->visits[at];
	struct analysis_subject *subject = &finder->ret->items[finder->ret->len];
	struct records hosts = { NULL, 0, 0 };
	const struct cpe_record *host;
	size_t n = 1;

	while (at + n < finder->n_visits && visits[n].device == visits[0].device)
		n++;
	*ret_next = at + n;
	if (!find_hosts(finder, visits, n, &hosts))
		return -ENOMEM;
	host = hosts.items[0];
	*subject = (struct analysis_subject){ host, visits[0].device };
	if (hosts.len > 1 || host->is_shared)
		subject->cpe = merge(finder, visits, n, &hosts);
	finder->ret->len++;
	return subject->cpe ? 0 : -ENOMEM;
}

/* ---- interface ----------------------------------------------------------------------- */

/* As the CPEs are: those that are expected first, as they were given. */
static int by_place(const void *a, const void *b)
{
	const struct analysis_subject *x = a, *y = b;
	uint32_t left = x->cpe->kept->place, right = y->cpe->kept->place;

	if (left != right)
		return left < right ? -1 : 1;
	return x->device < y->device ? -1 : x->device > y->device;
}

static int find_all(struct finder *finder)
{
	const struct records *cpes = observer_cpes(finder->observer);
	struct analysis_subjects *ret = finder->ret;
	int r = find_visits(finder);

	if (r == 0)
		r = find_calls(finder);
	ret->items = arena_array(finder->arena, cpes->len + finder->n_visits + 1,
	    sizeof(*ret->items));
	if (!ret->items)
		return -ENOMEM;
	for (size_t i = 0; i < finder->n_visits && r == 0;)
		r = add_device(finder, i, &i);
	for (size_t i = 0; i < cpes->len && r == 0; i++) {
		const struct cpe_record *cpe = cpes->items[i];

		if (cpe->is_cwmp && !cpe->device)
			ret->items[ret->len++] =
			    (struct analysis_subject){ cpe, SIZE_MAX };
	}
	if (ret->len > 1)
		qsort(ret->items, ret->len, sizeof(*ret->items), by_place);
	return r;
}

int analysis_find_subjects(struct observer *observer, struct analysis_subjects *ret)
{
	struct finder finder = { .observer = observer,
		.arena = observer_arena(observer),
		.ret = ret };
	int r;

	*ret = (struct analysis_subjects){ NULL, 0 };
	r = find_all(&finder);
	free(finder.visits);
	free(finder.calls);
	return r;
}
