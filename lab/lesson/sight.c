#include "lab/lesson/sight.h"

#include "capture/analysis/analysis.h"
#include "lab/expect/server.h"
#include "lib/base/shown.h"
#include "lib/base/text.h"

#include <string.h>

struct party { /* whose packets they are */
	const char *name;
	struct str prefix; /* of serial numbers; empty: the others say whose */
	bool is_known;
	char mac[MAC_TEXT_MAX], address[IPV4_TEXT_MAX];
};

/* A message, or a session where message is null. */
struct candidate {
	const struct analysis_session *session; /* null: DHCP, DNS */
	const struct analysis_message *message;
};

/* ---- who ------------------------------------------------------------------------------ */

static const struct node *find_serial(const struct topology *topology,
    const char *serial, uint64_t *ret_i)
{
	char text[SERIAL_TEXT_MAX];

	for (size_t n = 0; n < topology->n_nodes; n++) {
		const struct node *node = &topology->nodes[n];

		for (*ret_i = 1; node_is_cpe(node) && *ret_i <= node->cpe.count;
		     ++*ret_i) {
			if (strcmp(node_serial(node, *ret_i, text), serial) == 0)
				return node;
		}
	}
	return NULL;
}

static struct party find_party(const struct topology *topology, const char *name)
{
	struct party party = { .name = name };
	uint64_t i = 1;
	const struct node *node = topology_instance(topology, str_of(name), &i);
	uint8_t mac[6];

	if (str_ends(str_of(name), STR("*"))) {
		party.prefix = str_make(name, strlen(name) - 1);
		return party;
	}
	if (!node)
		node = find_serial(topology, name, &i);
	if (!node)
		return party;
	party.is_known = true;
	node_mac(node, i, mac);
	(void)mac_text(mac, party.mac);
	if (node->address.address)
		(void)ipv4_text(node->address.address, party.address);
	return party;
}

static bool is_of(const struct party *party, const char *mac, const char *address)
{
	if (mac)
		return strcmp(mac, party->mac) == 0;
	return address && party->address[0] && strcmp(address, party->address) == 0;
}

static bool is_session_of(const struct party *party,
    const struct analysis_session *session)
{
	if (party->prefix.len == 0)
		return is_of(party, session->mac, session->cpe);
	return session->serial && str_starts(str_of(session->serial), party->prefix);
}

static bool is_at(const struct facts *facts, const struct analysis_session *session,
    const char *acs)
{
	const struct node *node = topology_node(facts->topology, str_of(acs));

	return node && server_is(node, session->acs);
}

/* ---- what is said of one -------------------------------------------------------------- */

static uint64_t frame_of(const struct candidate *candidate)
{
	const struct analysis_session *session = candidate->session;

	if (candidate->message)
		return candidate->message->frame;
	return session->n_messages ? session->messages[session->n_messages - 1].frame
				   : 0;
}

static void put_candidate(struct buf *out, const struct candidate *candidate,
    const char *who)
{
	const struct analysis_message *message = candidate->message;
	const struct analysis_session *session = candidate->session;

	shown_printf(out, "frame %llu: ", (unsigned long long)frame_of(candidate));
	if (!message)
		shown_printf(out, "the session of %s", who);
	else if (message->from == FROM_CPE)
		shown_printf(out, "%s from %s", message->name, who);
	else
		shown_printf(out, "%s to %s", message->name, who);
	if (message && message->detail && *message->detail)
		shown_printf(out, ", %s", message->detail);
	if (message && message->fault && !message->detail)
		shown_printf(out, ", fault %u", message->fault);
	if (message && message->why)
		shown_printf(out, " (%s)", message->why);
	for (size_t i = 0; session && !message && i < session->n_events; i++)
		shown_printf(out, "%s%s", i ? ", " : ": ", session->events[i]);
}

/* ---- whether it is as it must be ------------------------------------------------------ */

static bool has_event(const struct analysis_session *session, const char *event)
{
	for (size_t i = 0; session && i < session->n_events; i++) {
		if (strcmp(session->events[i], event) == 0)
			return true;
	}
	return false;
}

static bool says(const struct analysis_message *message, const char *text)
{
	struct str want = str_of(text);

	return message && (str_find(str_of(message->detail), want, NULL) ||
			      str_find(str_of(message->why), want, NULL) ||
			      str_find(message->head, want, NULL) ||
			      str_find(message->body, want, NULL));
}

static const struct analysis_message *find_message(const struct analysis_session
						       *session,
    const char *name)
{
	for (size_t i = 0; session && i < session->n_messages; i++) {
		if (strcmp(session->messages[i].name, name) == 0)
			return &session->messages[i];
	}
	return NULL;
}

/* What else is in its session. */
static bool fits_messages(const struct sight *sight,
    const struct analysis_session *session, struct buf *why)
{
	for (size_t i = 0; i < sight->never.len; i++) {
		const struct analysis_message *message =
		    find_message(session, sight->never.items[i]);

		if (!message)
			continue;
		shown_printf(why, "it has a %s in frame %llu%s%s", message->name,
		    (unsigned long long)message->frame, message->detail ? ", " : "",
		    message->detail ? message->detail : "");
		return false;
	}
	for (size_t i = 0; i < sight->with.len; i++) {
		if (find_message(session, sight->with.items[i]))
			continue;
		shown_printf(why, "it has no %s", sight->with.items[i]);
		return false;
	}
	return true;
}

static bool fits_session(const struct facts *facts, const struct sight *sight,
    const struct analysis_session *session, struct buf *why)
{
	if (sight->acs && (!session || !is_at(facts, session, sight->acs))) {
		shown_printf(why, "it is not with %s", sight->acs);
		return false;
	}
	for (size_t i = 0; i < sight->events.len; i++) {
		if (!has_event(session, sight->events.items[i])) {
			shown_printf(why, "its Inform has no event %s",
			    sight->events.items[i]);
			return false;
		}
	}
	for (size_t i = 0; i < sight->without.len; i++) {
		if (has_event(session, sight->without.items[i])) {
			shown_printf(why, "its Inform has the event %s",
			    sight->without.items[i]);
			return false;
		}
	}
	if (!fits_messages(sight, session, why))
		return false;
	if (sight->is_complete && (!session || !session->ok || session->failure)) {
		buf_append_text(why, "its session did not end as it should");
		if (session && session->failure)
			shown_printf(why, ": frame %llu: %s",
			    (unsigned long long)session->failure->frame,
			    session->failure->text);
		return false;
	}
	return true;
}

static bool fits_message(const struct sight *sight,
    const struct analysis_message *message, struct buf *why)
{
	for (size_t i = 0; i < sight->says.len; i++) {
		if (!says(message, sight->says.items[i])) {
			shown_printf(why, "it does not say \"%s\"",
			    sight->says.items[i]);
			return false;
		}
	}
	for (size_t i = 0; i < sight->lacks.len; i++) {
		if (says(message, sight->lacks.items[i])) {
			shown_printf(why, "it says \"%s\"", sight->lacks.items[i]);
			return false;
		}
	}
	if (sight->fault && (!message || message->fault != sight->fault)) {
		shown_printf(why, "it is no fault %llu",
		    (unsigned long long)sight->fault);
		return false;
	}
	if (sight->status && (!message || message->http_status != sight->status)) {
		shown_printf(why, "its status is not %llu",
		    (unsigned long long)sight->status);
		return false;
	}
	if (sight->user &&
	    (!message || !message->user || strcmp(message->user, sight->user) != 0)) {
		shown_printf(why, "it does not come with the user \"%s\"", sight->user);
		return false;
	}
	return true;
}

/* A finding about the message, or the session, of one of the rules. */
static bool fits_rules(const struct facts *facts, const struct sight *sight,
    const struct candidate *candidate, struct buf *why)
{
	const struct analysis *analysis = facts->analysis;
	const struct analysis_message *message = candidate->message;

	for (size_t i = 0; i < analysis->n_findings; i++) {
		const struct finding *finding = &analysis->findings[i];
		bool is_of_it = message
				    ? finding->frame >= message->first_frame &&
					  finding->frame <= message->frame
				    : candidate->session &&
					  finding->session == candidate->session->id;

		if (!is_of_it || finding->severity != RULE_MUST)
			continue;
		for (size_t k = 0; k < sight->keeps.len; k++) {
			if (!topology_rule_is_of(finding->rule, sight->keeps.items[k]))
				continue;
			shown_printf(why, "it breaks %s: %s", finding->rule,
			    finding->text);
			return false;
		}
	}
	return true;
}

static bool fits(const struct facts *facts, const struct sight *sight,
    const struct candidate *candidate, struct buf *why)
{
	return fits_session(facts, sight, candidate->session, why) &&
	       fits_message(sight, candidate->message, why) &&
	       fits_rules(facts, sight, candidate, why);
}

/* ---- all of them ---------------------------------------------------------------------- */

struct search {
	const struct facts *facts;
	const struct sight *sight;
	struct party party;
	uint64_t after;
	struct candidate best,
	    found; /* of highest frame; that is as it must be, of lowest */
	bool has_best, has_found;
	uint64_t row; /* that are as they must be, since one that is not */
};

/* With in_a_row the best is the last that broke a row. */
static void count_row(struct search *search, const struct candidate *candidate)
{
	auto_buf why = BUF_NULL;

	if (!fits(search->facts, search->sight, candidate, &why)) {
		search->row = 0;
		search->best = *candidate;
		search->has_best = true;
	} else if (++search->row == search->sight->in_a_row && !search->has_found) {
		search->found = *candidate;
		search->has_found = true;
	}
}

static void consider(struct search *search, const struct analysis_session *session,
    const struct analysis_message *message)
{
	const struct candidate candidate = { session, message };
	auto_buf why = BUF_NULL;

	if (frame_of(&candidate) <= search->after)
		return;
	if (search->sight->in_a_row > 0) {
		count_row(search, &candidate);
		return;
	}
	if (!search->has_best || frame_of(&candidate) > frame_of(&search->best)) {
		search->best = candidate;
		search->has_best = true;
	}
	if (search->has_found && frame_of(&candidate) >= frame_of(&search->found))
		return;
	if (!fits(search->facts, search->sight, &candidate, &why))
		return;
	search->found = candidate;
	search->has_found = true;
}

static void consider_session(struct search *search,
    const struct analysis_session *session)
{
	const char *name = search->sight->message;

	if (!is_session_of(&search->party, session))
		return;
	if (!name)
		consider(search, session, NULL);
	for (size_t i = 0; name && i < session->n_messages; i++) {
		if (strcmp(session->messages[i].name, name) == 0)
			consider(search, session, &session->messages[i]);
	}
}

static void consider_host(struct search *search, const struct analysis_host *host)
{
	const char *name = search->sight->message;

	if (!name || !is_of(&search->party, host->mac, host->cpe))
		return;
	for (size_t i = 0; i < host->n_messages; i++) {
		if (strcmp(host->messages[i].name, name) == 0)
			consider(search, NULL, &host->messages[i]);
	}
}

/* The last that went wrong with that CPE, which is mostly why something is not there. */
static void put_trouble(struct buf *out, const struct search *search)
{
	const struct analysis *analysis = search->facts->analysis;
	const char *text = NULL;
	uint64_t frame = search->after;

	for (size_t i = 0; i < analysis->n_failures; i++) {
		const struct analysis_failure *failure = &analysis->failures[i];

		if (failure->frame > frame &&
		    is_of(&search->party, failure->mac, failure->cpe)) {
			text = failure->text;
			frame = failure->frame;
		}
	}
	for (size_t i = 0; i < analysis->n_findings; i++) {
		const struct finding *finding = &analysis->findings[i];

		if (finding->severity == RULE_MUST && finding->frame > frame &&
		    is_of(&search->party, finding->mac, finding->cpe)) {
			text = finding->text;
			frame = finding->frame;
		}
	}
	if (text && !str_find(buf_str(out), str_of(text), NULL))
		shown_printf(out, "; frame %llu: %s", (unsigned long long)frame, text);
}

static void put_row(struct buf *out, const struct search *search)
{
	if (search->sight->in_a_row > 0)
		shown_printf(out, "%s%llu in a row of %llu",
		    search->has_best ? "; then " : "", (unsigned long long)search->row,
		    (unsigned long long)search->sight->in_a_row);
}

static void put_reason(struct buf *out, const struct search *search)
{
	const struct sight *sight = search->sight;

	if (search->has_best) {
		put_candidate(out, &search->best, search->party.name);
		buf_append_text(out, ": ");
		(void)fits(search->facts, sight, &search->best, out);
	} else if (search->row == 0) {
		shown_printf(out, "no %s of %s is in the capture%s",
		    sight->message ? sight->message : "session", search->party.name,
		    search->after ? ", behind what the goal before has shown" : " yet");
	}
	if (search->has_best || search->row > 0)
		put_row(out, search);
	put_trouble(out, search);
}

static void finish(struct goal_result *ret, const struct buf *text)
{
	(void)shown_snprintf(ret->text, sizeof(ret->text), "%.*s",
	    STR_ARG(buf_str(text)));
}

void sight_judge(const struct facts *facts, const struct sight *sight, uint64_t after,
    struct goal_result *ret, uint64_t *ret_first_frame)
{
	struct search search = { .facts = facts,
		.sight = sight,
		.party = find_party(facts->topology, sight->cpe),
		.after = after };
	auto_buf text = BUF_NULL, ignored = BUF_NULL;

	for (size_t i = 0; i < facts->analysis->n_sessions; i++)
		consider_session(&search, &facts->analysis->sessions[i]);
	for (size_t i = 0; i < facts->analysis->n_hosts; i++)
		consider_host(&search, &facts->analysis->hosts[i]);
	if (sight->is_last && search.has_best) {
		search.has_found = fits(facts, sight, &search.best, &ignored);
		search.found = search.best;
	}
	*ret = (struct goal_result){ .state = GOAL_OPEN };
	*ret_first_frame = 0;
	if (search.has_found) {
		const struct analysis_message *message = search.found.message;

		ret->state = GOAL_REACHED;
		ret->frame = frame_of(&search.found);
		*ret_first_frame = message ? message->first_frame : ret->frame;
		put_candidate(&text, &search.found, search.party.name);
	} else if (facts->not_judged) {
		ret->state = GOAL_NOT_JUDGED;
		buf_append_text(&text, facts->not_judged);
	} else {
		put_reason(&text, &search);
	}
	finish(ret, &text);
}
