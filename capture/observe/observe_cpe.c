/* Who is who: CPEs by MAC and by address, as DHCP, ARP and connections show them. */
#include "capture/observe/observe_internal.h"

#include "lib/base/text.h"
#include "lib/base/wire.h"

#include <errno.h>

struct cpe_record *observer_cpe_by_mac(struct observer *observer, const uint8_t mac[6],
    struct frame_ref frame)
{
	struct cpe_record *cpe = map_get(&observer->index.by_mac, str_make(mac, 6));
	char text[MAC_TEXT_MAX];

	if (cpe) {
		cpe->is_recent = true;
		if (cpe->kept && cpe->kept->first.number == 0)
			cpe->kept->first = frame;
		return cpe;
	}
	cpe = host_new(observer, frame);
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

/* The table borrows its keys, and that of a CPE is its member at, which is about to change:
 * the entry of the old address, unless somebody else has that, gets a key of its own. */
static void move_key(struct observer *observer, struct cpe_record *cpe)
{
	struct map *by_address = &observer->index.by_address;
	struct address old = cpe->at;

	if (map_get(by_address, address_key(&old)) == cpe)
		host_add_key(observer, cpe, by_address, address_key(&old));
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
	struct cpe_record *cpe =
	    map_get(&observer->index.by_address, address_key(address));

	if (cpe)
		cpe->is_recent = true;
	return cpe;
}

/* Whose MAC a host has made the second half of its address of (RFC 4291 appendix A), where DHCP has
 * shown that MAC; null: nobody's. No message says who has which address that was made so. */
static struct cpe_record *find_maker(const struct observer *observer,
    const struct address *address)
{
	const uint8_t *half = address->bytes + 8;
	uint8_t mac[6];

	if (address->family != ADDRESS_IPV6 || half[3] != 0xff || half[4] != 0xfe)
		return NULL;
	memcpy(mac, half, 3);
	memcpy(mac + 3, half + 5, 3);
	mac[0] ^= 2;
	return map_get(&observer->index.by_mac, str_make(mac, sizeof(mac)));
}

struct cpe_record *observer_cpe_by_address(struct observer *observer,
    const struct address *address, struct frame_ref frame)
{
	struct cpe_record *cpe = observer_find_cpe(observer, address);

	if (cpe)
		return cpe;
	cpe = find_maker(observer, address);
	if (cpe) {
		cpe->is_recent = true;
		observer_bind_ip6(observer, cpe, address);
		return cpe;
	}
	cpe = host_new(observer, frame);
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

	if (before == cpe)
		return;
	if (before)
		cpe->blind = MAX(cpe->blind, before->blind);
	if (cpe->at.family != ADDRESS_IPV4) {
		put_address(observer, cpe, address);
		return;
	}
	host_add_key(observer, cpe, &observer->index.by_address, address_key(address));
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
