#include "capture/observe/observe_internal.h"
#include "capture/tls/certificate.h"

#include <stdio.h>

enum {
	RANDOMS_MAX = 4, /* ClientHellos of one connection */
	CERTIFICATE_MAX = 8192,
};

static void note_alert(struct conn_record *record, const struct tls_event *event,
    enum direction from, struct frame_ref frame)
{
	/* Only the first alert tells what went wrong: the other end's merely answers it.
	 * close_notify is no failure. */
	if (record->tls.alert.number != 0 ||
	    (event->what == TLS_ALERT && event->alert == 0))
		return;
	record->tls.alert = frame;
	record->tls.alert_from = from;
	record->tls.alert_code = event->alert;
	record->tls.alert_is_encrypted = event->what == TLS_ENCRYPTED_ALERT;
}

/* Only where records are kept for people, or where an alert is about it. */
static void read_certificate(struct observer *observer, struct conn_record *record,
    struct str der)
{
	const char *text = der.len > 0 && !record->tls.certificate
			       ? certificate_recall(&observer->certificates, der)
			       : NULL;

	if (text)
		record->tls.certificate =
		    observer_strdup_in(observer, &record->arena, str_of(text));
}

static void keep_der(struct observer *observer, struct conn_record *record,
    struct str der, struct str *ret)
{
	char *kept;

	if (ret->len > 0 || der.len == 0 || der.len > CERTIFICATE_MAX)
		return;
	kept = observer_strdup_in(observer, &record->arena, der);
	if (kept)
		*ret = str_make(kept, der.len);
}

static void note_certificate(struct observer *observer, struct conn_record *record,
    struct str der)
{
	if (observer_shows_sessions(observer))
		read_certificate(observer, record, der);
	else
		keep_der(observer, record, der, &record->tls.der);
}

static void note_client_certificate(struct observer *observer,
    struct conn_record *record, struct str der)
{
	record->tls.has_no_client_certificate = der.len == 0;
	keep_der(observer, record, der, &record->tls.client_der);
}

/* The server's alert may be about it. */
static void read_client_certificate(struct observer *observer,
    struct conn_record *record)
{
	char text[256];

	if (record->tls.alert_from == FROM_SERVER && !record->tls.client_certificate &&
	    record->tls.client_der.len > 0 &&
	    certificate_text_of_client(record->tls.client_der, text, sizeof(text)))
		record->tls.client_certificate =
		    observer_strdup_in(observer, &record->arena, str_of(text));
}

/* A connection may have several: a renegotiation sends another random, a ClientHello after
 * HelloRetryRequest the same one again. */
static void note_random(struct observer *observer, struct conn_record *record,
    const uint8_t *random)
{
	if (!random || !observer->options.keep_records ||
	    record->tls.n_randoms == RANDOMS_MAX)
		return;
	if (!record->tls.randoms)
		record->tls.randoms = observer_alloc_in(observer, &record->arena,
		    RANDOMS_MAX * sizeof(*record->tls.randoms));
	if (record->tls.randoms)
		memcpy(record->tls.randoms[record->tls.n_randoms++], random, 32);
}

/* The connection cannot be decrypted. Where it may hold a session, that session must be
 * counted as not judged. */
static void note_no_secrets(struct conn_state *state, struct frame_ref frame)
{
	struct conn_record *record = state->record;
	struct cpe_record *host = observer_find_cpe(state->observer, &record->client);

	if (adjacent_note_no_secrets(state))
		return;
	record->tls.no_secrets = acs_is_port(state->observer, record->server_port) ||
				 (host && host->is_cwmp);
	if (!record->tls.no_secrets)
		return;
	host = conn_host(state, frame);
	if (host)
		host->is_cwmp = true;
}

static void tell_tls(struct conn_state *state, struct frame_ref frame)
{
	struct whole view = { .host = observer_find_cpe(state->observer,
				  &state->record->client),
		.conn = state->record,
		.now = frame };

	if (view.host)
		view.device = cpe_device(view.host);
	if (view.host)
		observer_tell(state->observer, WHOLE_TLS_OPEN, &view);
}

void observe_tls(struct conn_state *state, const struct tls_event *event,
    enum direction from, struct frame_ref frame)
{
	struct observer *observer = state->observer;
	struct conn_record *record = state->record;

	record->tls.is_used = true;
	record->flags = state->conn->flags;
	switch (event->what) {
	case TLS_CLIENT_HELLO:
		frame_note(&record->tls.client_hello, frame);
		record->tls.offered = event->version;
		note_random(observer, record, event->random);
		if (!record->tls.sni)
			record->tls.sni =
			    observer_text_in(observer, &record->arena, event->sni);
		return;
	case TLS_SERVER_HELLO:
		frame_note(&record->tls.server_hello, frame);
		record->tls.version = event->version;
		record->tls.is_resumed |= event->is_resumed;
		tell_tls(state, frame);
		return;
	case TLS_CERTIFICATE:
		if (from == FROM_SERVER)
			note_certificate(observer, record, event->der);
		else
			note_client_certificate(observer, record, event->der);
		return;
	case TLS_FINISHED:
		frame_note(&record->tls.finished[from], frame);
		record->tls.is_resumed |= event->is_resumed;
		return;
	case TLS_ALERT:
	case TLS_ENCRYPTED_ALERT:
		note_alert(record, event, from, frame);
		read_certificate(observer, record, record->tls.der);
		read_client_certificate(observer, record);
		return;
	case TLS_NO_SECRETS:
		note_no_secrets(state, frame);
		return;
	case TLS_BROKEN:
		frame_note(&record->tls.broken_at, frame);
		if (!record->tls.broken)
			record->tls.broken = observer_strdup_in(observer,
			    &record->arena, str_of(event->text));
		return;
	}
}
