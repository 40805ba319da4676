#include "agents/cpe/reach/stun_client.h"

#include "lib/base/compiler.h"
#include "lib/base/cut.h"

clock_ns stun_keep_alive(const struct stun_client *client,
    const struct stun_settings *settings)
{
	int64_t least = (int64_t)MIN(settings->min_keep_s, (uint64_t)INT32_MAX);
	int64_t most = MIN(settings->max_keep_s, (int64_t)INT32_MAX);
	int64_t keep = client->is_natted ? STUN_NAT_KEEP_S : STUN_KEEP_S;

	if (client->is_natted && stun_lifetime_found(&client->life) > 0)
		keep = stun_lifetime_found(&client->life);
	else if (client->is_natted && least > 0)
		keep = least;
	else if (!client->is_natted && most > 0)
		keep = most;
	if (most > 0)
		keep = MIN(keep, most);
	return MAX(keep, least) * NS_PER_S;
}

/* The request goes again after 100, 200, 400, 800 ms, and then every 1.6 s. */
static clock_ns resend_after(unsigned n_sent)
{
	return (INT64_C(100) << MIN(n_sent - 1, 4U)) * NS_PER_MS;
}

static void rest(struct stun_client *client, const struct stun_settings *settings,
    clock_ns now)
{
	int64_t most = MIN(settings->max_keep_s, (int64_t)INT32_MAX);
	int64_t least = (int64_t)MIN(settings->min_keep_s, (uint64_t)INT32_MAX);

	if (least == 0)
		least = STUN_NAT_KEEP_S;
	client->is_asking = false;
	client->life.tried = 0;
	if (client->is_natted && most > least)
		client->due =
		    now + stun_lifetime_wait(&client->life, least, most) * NS_PER_S;
	else
		client->due = now + stun_keep_alive(client, settings);
}

static int write_request(const struct stun_client *client,
    const struct stun_settings *settings, hmac_sha1_fn *hmac,
    uint8_t out[STUN_MESSAGE_MAX])
{
	struct stun_message request = {
		.type = STUN_BINDING_REQUEST,
		.call_binding = STUN_CALL_BINDING,
	};

	memcpy(request.id, client->id, sizeof(request.id));
	if (client->life.is_probing) {
		request.call_binding = STR_NULL;
		request.response = client->mapped;
		request.response.is_set = true;
	}
	if (client->tells_change)
		request.binding_change = STR("");
	if (settings->username.len > 0)
		request.username = settings->username;
	return stun_write(&request,
	    settings->password.len > 0 ? settings->password : STR_NULL, hmac, out,
	    STUN_MESSAGE_MAX);
}

int stun_client_tick(struct stun_client *client, const struct stun_settings *settings,
    clock_ns now, const uint8_t fresh[STUN_ID_BYTES], hmac_sha1_fn *hmac,
    uint8_t out[STUN_MESSAGE_MAX])
{
	struct stun_lifetime *life = &client->life;
	bool is_new = !client->is_asking && !life->is_probing;

	if (client->is_asking && client->n_sent == STUN_SENDS_MAX) {
		life->doubted = 0;
		rest(client, settings, now);
		return 0;
	}
	if (life->is_probing && client->n_sent == STUN_PROBES_MAX) {
		stun_lifetime_doubt(life);
		is_new = true;
	}
	if (is_new) {
		life->is_probing = life->tried > 0 && !client->tells_change;
		client->is_asking = !life->is_probing;
		client->n_sent = 0;
		memcpy(client->id, fresh, sizeof(client->id));
	}
	client->n_sent++;
	client->due = now + resend_after(client->n_sent);
	return write_request(client, settings, hmac, out);
}

/* ---- responses ---------------------------------------------------------------------- */

static enum stun_news take_mapped(struct stun_client *client,
    const struct stun_settings *settings, clock_ns now,
    const struct stun_address *mapped)
{
	bool is_natted =
	    mapped->address != settings->address || mapped->port != settings->port;
	bool is_same = client->is_bound && client->is_natted == is_natted &&
		       client->mapped.address == mapped->address &&
		       client->mapped.port == mapped->port;

	/* The server has to learn of it (TR-069 A6 G.2.1.2); that request is no news. */
	client->tells_change = client->is_bound && !is_same;
	stun_lifetime_answered(&client->life, client->tells_change);
	client->is_bound = true;
	client->is_natted = is_natted;
	client->mapped = *mapped;
	rest(client, settings, now);
	if (client->tells_change) {
		client->due = now;
		client->life.tried = 0;
	}
	return is_same ? STUN_SAME : STUN_CHANGED;
}

/* A response of the server's that is intact. */
static bool is_ours(const struct stun_client *client,
    const struct stun_settings *settings, const struct stun_message *message,
    struct str bytes, hmac_sha1_fn *hmac, char *why, size_t size)
{
	if ((!client->is_asking && !client->life.is_probing) ||
	    memcmp(message->id, client->id, sizeof(client->id)) != 0) {
		(void)cut_print(why, size, "it answers no request that is out");
		return false;
	}
	if (message->integrity && settings->password.len > 0 &&
	    !stun_is_intact(message, bytes.p, bytes.len, settings->password, hmac)) {
		(void)cut_print(why, size,
		    "its MESSAGE-INTEGRITY is wrong: STUNPassword is another one there");
		return false;
	}
	return true;
}

enum stun_news stun_client_take(struct stun_client *client,
    const struct stun_settings *settings, clock_ns now, struct str bytes,
    hmac_sha1_fn *hmac, char *why, size_t size)
{
	struct error err = ERROR_NULL;
	struct stun_message message;

	why[0] = '\0';
	if (stun_read(&message, bytes.p, bytes.len, &err) < 0) {
		(void)cut_print(why, size, "%s", err.text);
		return STUN_NOTHING;
	}
	if (!is_ours(client, settings, &message, bytes, hmac, why, size))
		return STUN_NOTHING;
	if (message.type == STUN_BINDING_RESPONSE && client->life.is_probing) {
		/* What comes in does not keep each NAT's binding open: a request follows. */
		stun_lifetime_lived(&client->life);
		client->due = now;
		return STUN_SAME;
	}
	if (message.type == STUN_BINDING_RESPONSE && message.mapped.is_set)
		return take_mapped(client, settings, now, &message.mapped);
	if (message.type != STUN_BINDING_ERROR || message.error.code == 0) {
		(void)cut_print(why, size, "it has no MAPPED-ADDRESS");
		return STUN_NOTHING;
	}
	(void)cut_print(why, size, "%u %.*s", message.error.code,
	    STR_ARG(message.error.reason));
	rest(client, settings, now);
	return STUN_REFUSED;
}

void stun_client_take_other(struct stun_client *client, clock_ns now, struct str bytes)
{
	struct stun_message message;

	if (!client->life.is_probing ||
	    stun_read(&message, bytes.p, bytes.len, NULL) < 0 ||
	    memcmp(message.id, client->id, sizeof(client->id)) != 0)
		return;
	client->life.is_refused = true;
	client->life.is_probing = false;
	client->life.tried = 0;
	client->due = now;
}
