/* Who is who: CPEs by MAC and by address, as DHCP, ARP and connections show them. */
#include "capture/observe/observe_internal.h"

#include "lib/base/text.h"
#include "lib/base/wire.h"

#include <errno.h>

static struct cpe_record *add_cpe(struct observer *observer, struct frame_ref frame)
{
	struct cpe_record *cpe = observer_alloc(observer, sizeof(*cpe));

	if (!cpe)
		return NULL;
	if (!observer->options.keep_records)
		return cpe;
	cpe->kept = observer_alloc(observer, sizeof(*cpe->kept));
	if (!cpe->kept)
		return NULL;
	cpe->kept->first = frame;
	cpe->kept->place = observer->kept.cpes.len;
	observer_push(observer, &observer->kept.cpes, cpe);
	return cpe;
}

struct cpe_record *observer_cpe_by_mac(struct observer *observer, const uint8_t mac[6],
    struct frame_ref frame)
{
	struct cpe_record *cpe = map_get(&observer->index.by_mac, str_make(mac, 6));
	char text[MAC_TEXT_MAX];

	if (cpe) {
		if (cpe->kept && cpe->kept->first.number == 0)
			cpe->kept->first = frame;
		return cpe;
	}
	cpe = add_cpe(observer, frame);
	if (!cpe)
		return NULL;
	memcpy(cpe->mac, mac, 6);
	cpe->has_mac = true;
	if (cpe->kept)
		cpe->kept->mac_text =
		    observer_strdup(observer, str_of(mac_text(mac, text)));
	if (map_put(&observer->index.by_mac, str_make(cpe->mac, 6), cpe) < 0)
		observer->memory.error = -ENOMEM;
	return cpe;
}

/* The bytes of the address: 4 or 16, so that addresses of the two versions never collide. */
static struct str address_key(const struct address *address)
{
	return str_make(address->bytes, address->family == ADDRESS_IPV4 ? 4 : 16);
}

/* The table borrows its keys, and that of a CPE is its member at, which is about to change:
 * the entry of the old address gets a key of its own. */
static void move_key(struct observer *observer, const struct cpe_record *cpe)
{
	struct address *old = observer_alloc(observer, sizeof(*old));
	void *there;

	if (!old)
		return;
	*old = cpe->at;
	there = map_remove(&observer->index.by_address, address_key(&cpe->at));
	if (there && map_put(&observer->index.by_address, address_key(old), there) < 0)
		observer->memory.error = -ENOMEM;
}

static void put_address(struct observer *observer, struct cpe_record *cpe,
    const struct address *address)
{
	char text[ADDRESS_TEXT_MAX];

	if (cpe->at.family != ADDRESS_NONE)
		move_key(observer, cpe);
	cpe->at = *address;
	if (cpe->kept)
		cpe->kept->address_text =
		    observer_strdup(observer, str_of(address_text(address, text)));
	(void)map_remove(&observer->index.by_address, address_key(address));
	if (map_put(&observer->index.by_address, address_key(&cpe->at), cpe) < 0)
		observer->memory.error = -ENOMEM;
}

struct cpe_record *observer_find_cpe(const struct observer *observer,
    const struct address *address)
{
	return map_get(&observer->index.by_address, address_key(address));
}

struct cpe_record *observer_cpe_by_address(struct observer *observer,
    const struct address *address, struct frame_ref frame)
{
	struct cpe_record *cpe = observer_find_cpe(observer, address);

	if (cpe)
		return cpe;
	cpe = add_cpe(observer, frame);
	if (!cpe)
		return NULL;
	if (address->family == ADDRESS_IPV4)
		cpe->address = get_u32(address->bytes);
	put_address(observer, cpe, address);
	return cpe;
}

void observer_bind(struct observer *observer, struct cpe_record *cpe, uint32_t address)
{
	struct address at = address_of_ipv4(address);
	const struct cpe_record *before;

	if (cpe->address == address)
		return;
	before = observer_find_cpe(observer, &at);
	if (before == cpe)
		return;
	/* Whoever had the address may be this CPE, if its lease was not captured. */
	if (before)
		cpe->blind = MAX(cpe->blind, before->blind);
	cpe->address = address;
	put_address(observer, cpe, &at);
}

void observer_bind_ip6(struct observer *observer, struct cpe_record *cpe,
    const struct address *address)
{
	const struct cpe_record *before = observer_find_cpe(observer, address);
	struct address *key;

	if (before == cpe)
		return;
	if (before)
		cpe->blind = MAX(cpe->blind, before->blind);
	if (cpe->at.family != ADDRESS_IPV4) {
		put_address(observer, cpe, address);
		return;
	}
	key = observer_alloc(observer, sizeof(*key));
	if (!key)
		return;
	*key = *address;
	(void)map_remove(&observer->index.by_address, address_key(address));
	if (map_put(&observer->index.by_address, address_key(key), cpe) < 0)
		observer->memory.error = -ENOMEM;
}

void observe_arp(struct observer *observer, bool is_reply, const uint8_t sender_mac[6],
    uint32_t sender, uint32_t target, struct frame_ref frame)
{
	struct cpe_record *cpe =
	    map_get(&observer->index.by_mac, str_make(sender_mac, 6));
	struct address at = address_of_ipv4(sender);

	/* ARP alone makes nobody a CPE, but it tells where a known one is; a probe has no
	 * sender (RFC 5227 2.1.1). */
	if (cpe && sender != 0)
		observer_bind(observer, cpe, sender);
	else
		cpe = observer_find_cpe(observer, &at);
	if (!cpe)
		return;
	if (!is_reply) {
		cpe->last_arp = frame.number;
		cpe->arp_target = target;
	}
}
