/* What is kept of a lease, whichever version of DHCP gave it. */
#include "capture/observe/observe_internal.h"
#include "lib/base/text.h"

#include <errno.h>

enum {
	RAW_SHOWN_MAX = 64,
	WORD_MIN = 3, /* printable bytes that are taken for text */
};

const struct lease_record *lease_intern(struct observer *observer,
    const struct dhcp_record *record)
{
	const struct opt43 *acs = &record->acs;
	auto_buf key = BUF_NULL;
	struct lease_record *lease;
	const char *kept;

	for (size_t i = 0; i < 3; i++) {
		const uint32_t numbers[] = { record->server, acs->retry_min_wait,
			acs->retry_multiplier };

		buf_append(&key, &numbers[i], sizeof(numbers[i]));
	}
	for (size_t i = 0; i < 4; i++) {
		const struct str fields[] = { acs->url, acs->username, acs->password,
			acs->provisioning_code };

		buf_append_char(&key, '\n');
		buf_append_str(&key, fields[i]);
	}
	lease = map_get(&observer->memory.leases, buf_str(&key));
	if (lease)
		return lease;
	lease = observer_alloc(observer, sizeof(*lease));
	kept = observer_strdup(observer, buf_str(&key));
	if (!lease || !kept)
		return NULL;
	*lease = (struct lease_record){ .server = record->server,
		.acs_url = observer_intern(observer, acs->url),
		.provisioning_code = observer_intern(observer, acs->provisioning_code),
		.username = observer_intern(observer, acs->username),
		.password = observer_intern(observer, acs->password),
		.retry_min_wait = acs->has_min_wait ? acs->retry_min_wait : 0,
		.retry_multiplier = acs->has_multiplier ? acs->retry_multiplier : 0 };
	lease->has_url =
	    lease->acs_url && url_parse(&lease->url, str_of(lease->acs_url), NULL) == 0;
	if (map_put(&observer->memory.leases, str_make(kept, key.len), lease) < 0)
		observer->memory.error = -ENOMEM;
	return lease;
}

static struct str keep(struct arena *arena, struct str s)
{
	return s.p ? arena_str(arena, s) : STR_NULL;
}

/* The views point into the packet: they are copied. */
static void keep_acs(struct arena *arena, struct opt43 *acs, bool shows_secrets)
{
	acs->url = keep(arena, acs->url);
	acs->username = keep(arena, acs->username);
	acs->password = shows_secrets ? keep(arena, acs->password) : STR_NULL;
	acs->provisioning_code = keep(arena, acs->provisioning_code);
	acs->service_provider = keep(arena, acs->service_provider);
	acs->pxe = STR_NULL;
}

static size_t printable_len(struct str bytes)
{
	size_t len = 0;

	while (len < bytes.len && bytes.p[len] > ' ' && bytes.p[len] <= '~')
		len++;
	return len;
}

/* Bytes in hex, of words "**": what names no ACS may still have its password in it. */
static void put_raw(struct buf *out, struct str raw, bool shows_secrets)
{
	while (raw.len > 0) {
		size_t len = shows_secrets ? 0 : printable_len(raw);

		for (size_t i = 0; i < len && len >= WORD_MIN; i++)
			buf_append_text(out, "**");
		if (len < WORD_MIN) {
			len = MAX(len, (size_t)1);
			hex_append(out, raw.p, len);
		}
		raw = str_from(raw, len);
	}
}

static struct dhcp_record *copy(struct observer *observer, struct arena *arena,
    const struct dhcp_record *record, struct str raw, struct str options)
{
	bool shows_secrets = observer->options.show_secrets;
	struct dhcp_record *kept = observer_alloc_in(observer, arena, sizeof(*kept));
	auto_buf hex = BUF_NULL;

	if (!kept)
		return NULL;
	*kept = *record;
	if (record->acs_error)
		kept->acs_error =
		    observer_strdup_in(observer, arena, str_of(record->acs_error));
	keep_acs(arena, &kept->acs, shows_secrets);
	if (record->acs_option != 0 && kept->acs.url.len == 0) {
		put_raw(&hex, str_make(raw.p, MIN(raw.len, (size_t)RAW_SHOWN_MAX)),
		    shows_secrets);
		kept->acs_raw = observer_strdup_in(observer, arena, buf_str(&hex));
	}
	kept->options = observer_text_in(observer, arena, options);
	return kept;
}

void lease_keep(struct observer *observer, struct cpe_record *cpe,
    const struct dhcp_record *record, struct str raw, struct str options)
{
	struct waiting_act *act;
	struct dhcp_record *kept;

	if (cpe->kept) {
		kept = copy(observer, &observer->memory.arena, record, raw, options);
		if (kept)
			observer_push(observer, &cpe->kept->dhcp, kept);
		return;
	}
	act = act_new(observer, cpe);
	if (!act)
		return;
	act->what.dhcp = copy(observer, &act->arena, record, raw, options);
	acts_tell(observer, cpe);
}
