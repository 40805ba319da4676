#include "capture/certificate.h"
#include "capture/observe_internal.h"

#include <stdio.h>

static void note(struct frame_ref *at, struct frame_ref frame)
{
	if (at->number == 0)
		*at = frame;
}

static void note_alert(struct conn_record *record, const struct tls_event *event,
    enum direction from, struct frame_ref frame)
{
	/* The first one tells; what follows is its echo. close_notify is no failure. */
	if (record->alert.number != 0 ||
	    (event->what == TLS_ALERT && event->alert == 0))
		return;
	record->alert = frame;
	record->alert_from = from;
	record->alert_code = event->alert;
	record->alert_is_encrypted = event->what == TLS_ENCRYPTED_ALERT;
}

static void note_certificate(struct observer *observer, struct conn_record *record,
    struct str der)
{
	char text[256];

	if (!record->certificate && certificate_text(der, text, sizeof(text)))
		record->certificate = observer_strdup(observer, str_of(text));
}

void observe_tls(void *user, struct conn *conn, const struct tls_event *event,
    enum direction from, struct frame_ref frame)
{
	struct conn_state *state = conn->user;
	struct conn_record *record;

	if (!state)
		return;
	record = state->record;
	record->is_tls = true;
	record->flags = conn->flags;
	switch (event->what) {
	case TLS_CLIENT_HELLO:
		note(&record->client_hello, frame);
		if (!record->sni)
			record->sni = observer_text(user, event->sni);
		return;
	case TLS_SERVER_HELLO:
		note(&record->server_hello, frame);
		record->tls_version = event->version;
		return;
	case TLS_CERTIFICATE:
		if (from == FROM_SERVER)
			note_certificate(user, record, event->der);
		return;
	case TLS_FINISHED:
		note(&record->finished[from], frame);
		return;
	case TLS_ALERT:
	case TLS_ENCRYPTED_ALERT:
		note_alert(record, event, from, frame);
		return;
	case TLS_NO_SECRETS:
		record->no_secrets = true;
		/* It may be one: then that it cannot be judged must be said. */
		if (record->cpe)
			record->cpe->is_cwmp = true;
		return;
	case TLS_BROKEN:
		if (!record->tls_broken)
			record->tls_broken = observer_strdup(user, str_of(event->text));
		return;
	}
}
