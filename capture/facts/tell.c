#include "capture/facts/tell.h"

#include "capture/message/redact.h"
#include "capture/record/of_text.h"
#include "lib/base/text.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

enum {
	TEXT_MAX = 400 /* bytes of a finding's text; what is longer is cut */
};

static const struct asking *asking_of(const struct whole *view)
{
	return view->listener;
}

bool rule_is_strict(const struct whole *view)
{
	return asking_of(view)->is_strict;
}

static enum rule_severity severity_of(const struct whole *view)
{
	const struct rule *rule = asking_of(view)->rule;

	if (asking_of(view)->findings->is_tolerant && rule->is_common &&
	    !asking_of(view)->is_uncommon)
		return RULE_NOTE;
	return rule->severity;
}

static const char *keep(struct findings *findings, const char *text)
{
	const char *copy = text ? arena_strdup(&findings->arena, str_of(text)) : NULL;

	if (text && !copy)
		findings->error = -ENOMEM;
	return copy;
}

/* What a peer sent may be quoted in it: it is cut only when its secrets are out. */
static const char *keep_line(struct findings *findings, const char *text)
{
	auto_buf line = BUF_NULL;

	if (!text)
		return NULL;
	redact_line(&line, str_of(text));
	if (line.error)
		findings->error = line.error;
	line.len = MIN(line.len, (size_t)TEXT_MAX - 1);
	return keep(findings, buf_cstr(&line));
}

struct whole_who whole_who(const struct whole *view)
{
	struct whole_who who = { view->device, view->host };

	if (!who.device && view->session)
		who.device = view->session->device;
	if (!who.host && who.device)
		who.host = who.device->host;
	return who;
}

static void name_cpe(struct findings *findings, const struct whole *view,
    struct finding *finding)
{
	const struct whole_who who = whole_who(view);
	char text[ADDRESS_TEXT_MAX], mac[MAC_TEXT_MAX];

	if (who.host && who.host->at.family != ADDRESS_NONE)
		finding->cpe = keep(findings, address_text(&who.host->at, text));
	if (who.host && who.host->has_mac)
		finding->mac = keep(findings, mac_text(who.host->mac, mac));
	if (!finding->cpe)
		finding->cpe = finding->mac;
	finding->device = who.device ? who.device->place : SIZE_MAX;
	if (who.device)
		finding->serial = keep_line(findings, who.device->serial);
}

/* What should have come after a session, and did not, is a finding of that session. */
static uint64_t session_of(const struct whole *view)
{
	const struct device_record *device = view->device;

	if (view->session)
		return view->session->id;
	if (view->call || view->datagram || view->conn || !device ||
	    device->past.len == 0)
		return 0;
	return device->past.items[device->past.len - 1].id;
}

static struct finding *add_finding(struct findings *findings)
{
	size_t cap = findings->cap ? findings->cap * 2 : 16;
	struct finding *items;

	if (findings->len == FINDINGS_MAX)
		return NULL;
	if (findings->len == findings->cap) {
		items = realloc(findings->items, cap * sizeof(*items));
		if (!items) {
			findings->error = -ENOMEM;
			return NULL;
		}
		findings->items = items;
		findings->cap = cap;
	}
	return &findings->items[findings->len++];
}

static void tell(struct whole *view, enum rule_who who, struct frame_ref frame,
    const char *text)
{
	struct findings *findings = asking_of(view)->findings;
	enum rule_severity severity = severity_of(view);
	struct finding *finding = add_finding(findings);
	auto_buf of_text = BUF_NULL;

	findings->totals[severity]++;
	if (!finding)
		return;
	if (text && (view->lacks & LACKS_PACKETS)) {
		of_text_append(&of_text, str_of(text));
		text = buf_cstr(&of_text);
	}
	*finding = (struct finding){ .rule = asking_of(view)->rule->id,
		.severity = severity,
		.who = who,
		.text = keep_line(findings, text ? text : ""),
		.session = session_of(view),
		.is_late = !view->session,
		.frame = frame.number,
		.time = frame.time };
	name_cpe(findings, view, finding);
	if (findings->found)
		findings->found(findings->user, finding);
}

/* Without memory for it, a finding has no words. */
static char *format_text(const char *fmt, va_list args)
{
	char *text = NULL;

	return vasprintf(&text, fmt, args) < 0 ? NULL : text;
}

enum rule_verdict rule_broken(struct whole *view, const struct http_record *http,
    const char *fmt, ...)
{
	auto_free char *text = NULL;
	va_list args;

	va_start(args, fmt);
	text = format_text(fmt, args);
	va_end(args);
	tell(view, http->is_request ? RULE_BY_CPE : RULE_BY_ACS, http->frame, text);
	return RULE_BROKEN;
}

enum rule_verdict rule_broken_at(struct whole *view, enum rule_who who,
    struct frame_ref frame, const char *fmt, ...)
{
	auto_free char *text = NULL;
	va_list args;

	va_start(args, fmt);
	text = format_text(fmt, args);
	va_end(args);
	tell(view, who, frame, text);
	return RULE_BROKEN;
}

void rule_not_common(struct whole *view)
{
	struct asking *asking = view->listener;

	asking->is_uncommon = true;
}

enum rule_verdict rule_not_judged(struct whole *view, const char *why)
{
	struct rule_count *count = asking_of(view)->count;

	if (!count->why)
		count->why = why;
	return RULE_NOT_JUDGED;
}

void findings_free(struct findings *findings)
{
	arena_free(&findings->arena);
	free(findings->items);
}
