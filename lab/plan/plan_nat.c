/* The rules of a NAT, as nft reads them.
 *
 * A flow that goes out gets a port of the outside address. Behind the NAT of the kernel a chain
 * sees the packet as it leaves, and notes what has become of it: in "mapping" which port an endpoint
 * inside has (for all, or for one address), which further flows are given, too; in "binding" whose
 * a port is; in "contact" to which addresses it has sent. By the latter two what comes from outside
 * is let in. Whatever is noted is forgotten after the time-out of the NAT, as the flows are, unless
 * packets come either way. */
#include "lab/plan/plan_internal.h"

#include "lib/base/buf.h"
#include "lib/base/text.h"

#include <inttypes.h>

/* 4,032 ports in turn, none below 1028: whichever byte of the number comes first on the wire. */
#define NEXT_PORT "numgen inc mod 4032 offset 64 << 4 | 4"

#define OUT       "oifname \"eth0\" "
#define IN        "iifname \"eth0\" "

struct nat_rules {
	struct buf *out;
	const struct node_nat *nat;
	char address[IPV4_TEXT_MAX]; /* outside */
};

static bool maps(const struct nat_rules *r)
{
	return r->nat->mapping != NAT_ADDRESS_AND_PORT_DEPENDENT;
}

static bool binds(const struct nat_rules *r)
{
	return r->nat->filtering != NAT_ADDRESS_AND_PORT_DEPENDENT;
}

static bool is_contacted(const struct nat_rules *r)
{
	return r->nat->filtering == NAT_ADDRESS_DEPENDENT;
}

/* What a mapping depends on, beside the endpoint inside: the address of the other side. */
static const char *also(const struct nat_rules *r, const char *expression)
{
	return r->nat->mapping == NAT_ADDRESS_DEPENDENT ? expression : "";
}

/* ---- what is noted ------------------------------------------------------------------- */

static void put_table(const struct nat_rules *r, const char *what, const char *type)
{
	buf_printf(r->out,
	    "\t%s {\n\t\ttype %s\n\t\tflags dynamic,timeout\n\t\ttimeout %" PRIi64
	    "s\n\t\tsize 65536\n\t}\n",
	    what, type, r->nat->timeout / NS_PER_S);
}

static void put_tables(const struct nat_rules *r)
{
	buf_printf(r->out,
	    "\tct timeout of-udp {\n\t\tprotocol udp\n\t\tl3proto ip\n\t\tpolicy = { "
	    "unreplied : %" PRIi64 ", replied : %" PRIi64 " }\n\t}\n",
	    r->nat->timeout / NS_PER_S, r->nat->timeout / NS_PER_S);
	if (r->nat->mapping == NAT_ENDPOINT_INDEPENDENT)
		put_table(r, "map mapping", "ipv4_addr . inet_service : inet_service");
	if (r->nat->mapping == NAT_ADDRESS_DEPENDENT)
		put_table(r, "map mapping",
		    "ipv4_addr . inet_service . ipv4_addr : inet_service");
	if (binds(r))
		put_table(r, "map binding", "inet_service : ipv4_addr . inet_service");
	if (is_contacted(r))
		put_table(r, "set contact", "inet_service . ipv4_addr");
}

/* which: packets, and their port outside; side: the tuple of their flow with the endpoint inside;
 * other: the address of the other side, in those packets. */
static void note(const struct nat_rules *r, const char *which, const char *port,
    const char *side, const char *other)
{
	char far[64] = "";

	if (r->nat->mapping == NAT_ADDRESS_DEPENDENT)
		(void)snprintf(far, sizeof(far), " . %s", other);
	if (maps(r))
		buf_printf(r->out,
		    "\t\t%s update @mapping { ct %s ip saddr . ct %s proto-src%s : %s "
		    "}\n",
		    which, side, side, far, port);
	if (binds(r))
		buf_printf(r->out,
		    "\t\t%s update @binding { %s : ct %s ip saddr . ct %s proto-src }\n",
		    which, port, side, side);
	if (is_contacted(r))
		buf_printf(r->out, "\t\t%s update @contact { %s . %s }\n", which, port,
		    other);
}

/* Of flows that began inside, and of those that were let in. */
static void put_notes(const struct nat_rules *r)
{
	buf_append_text(r->out, "\tchain comes {\n"
				"\t\ttype filter hook prerouting priority mangle\n"
				"\t\tmeta l4proto udp ct timeout set \"of-udp\"\n");
	note(r, IN "meta l4proto udp ct direction reply", "udp dport", "original",
	    "ip saddr");
	note(r, IN "meta l4proto udp ct direction original ct status dnat", "udp dport",
	    "reply", "ip saddr");
	buf_append_text(r->out,
	    "\t}\n\tchain leaves {\n"
	    "\t\ttype filter hook postrouting priority srcnat + 10\n");
	note(r, OUT "meta l4proto udp ct direction original", "udp sport", "original",
	    "ip daddr");
	note(r, OUT "meta l4proto udp ct direction reply", "udp sport", "reply",
	    "ip daddr");
	if (r->nat->hairpin && nat_is_full_cone(r->nat))
		note(r, "ct mark 1 meta l4proto udp ct direction original", "udp sport",
		    "original", "ip daddr");
	buf_append_text(r->out, "\t}\n");
}

/* ---- inwards --------------------------------------------------------------------------- */

/* to: who is meant, of what comes by "from". */
static void put_forwards(const struct nat_rules *r, const char *from)
{
	static const char *const protocols[] = { "tcp", "udp" };
	const struct nat_forward *all = r->nat->forwards.items;
	char to[IPV4_TEXT_MAX];

	for (size_t i = 0; i < r->nat->forwards.len; i++)
		buf_printf(r->out,
		    "\t\t%sip daddr %s %s dport %" PRIu64 " dnat to %s:%" PRIu64 "\n",
		    from, r->address, protocols[all[i].protocol], all[i].port,
		    ipv4_text(all[i].to, to), all[i].to_port);
}

static void put_inward(const struct nat_rules *r)
{
	buf_append_text(r->out,
	    "\tchain inward {\n\t\ttype nat hook prerouting priority dstnat\n");
	/* Between those inside: marked, since nothing else tells them from outside behind here. */
	if (r->nat->hairpin)
		buf_printf(r->out,
		    "\t\tiifname != \"eth0\" ip daddr %s ct mark set 1\n", r->address);
	put_forwards(r, r->nat->hairpin ? "" : IN);
	if (binds(r))
		buf_printf(r->out,
		    "\t\t%sip daddr %s meta l4proto udp %sdnat ip to udp dport map "
		    "@binding\n",
		    r->nat->hairpin && nat_is_full_cone(r->nat) ? "" : IN, r->address,
		    is_contacted(r) ? "udp dport . ip saddr @contact " : "");
	buf_append_text(r->out, "\t}\n");
}

/* ---- outwards -------------------------------------------------------------------------- */

static void put_source(const struct nat_rules *r, const char *which)
{
	if (maps(r))
		buf_printf(r->out,
		    "\t\t%smeta l4proto udp snat to %s : ip saddr . udp sport%s map "
		    "@mapping\n",
		    which, r->address, also(r, " . ip daddr"));
	buf_printf(r->out, "\t\t%smeta l4proto udp snat to %s : " NEXT_PORT "\n", which,
	    r->address);
	buf_printf(r->out, "\t\t%ssnat to %s\n", which, r->address);
}

static void put_outward(const struct nat_rules *r)
{
	buf_append_text(r->out,
	    "\tchain outward {\n\t\ttype nat hook postrouting priority srcnat\n");
	put_source(r, OUT);
	if (r->nat->hairpin)
		put_source(r, "ct mark 1 ct status dnat ");
	buf_append_text(r->out, "\t}\n");
}

/* RFC 6888 4: whoever has too many is told. */
static void put_limit(const struct nat_rules *r)
{
	buf_printf(r->out,
	    "\t\tiifname != \"eth0\" ct state new add @flows { ip saddr ct count over "
	    "%" PRIu64 " } reject with icmp type admin-prohibited\n",
	    r->nat->limit);
}

/* Nobody outside begins anything but what was let in; the NAT itself answers pings alone. */
static void put_filter(const struct nat_rules *r)
{
	if (r->nat->limit > 0)
		buf_append_text(r->out, "\tset flows {\n"
					"\t\ttype ipv4_addr\n"
					"\t\tflags dynamic\n"
					"\t\tsize 65536\n"
					"\t}\n");
	buf_append_text(r->out,
	    "\tchain through {\n"
	    "\t\ttype filter hook forward priority filter; policy drop\n");
	if (r->nat->limit > 0)
		put_limit(r);
	buf_append_text(r->out,
	    "\t\tiifname != \"eth0\" accept\n"
	    "\t\tct state established,related accept\n"
	    "\t\tct status dnat accept\n"
	    "\t}\n"
	    "\tchain own {\n"
	    "\t\ttype filter hook input priority filter\n"
	    "\t\t" IN "ct state new meta l4proto { tcp, udp } drop\n"
	    "\t}\n");
}

static int put_rules(struct plan_builder *b, const struct node *node, struct buf *out)
{
	struct nat_rules r = { .out = out, .nat = &node->nat };

	(void)ipv4_text(node->address.address, r.address);
	buf_append_text(out, "table ip nat {\n");
	put_tables(&r);
	put_notes(&r);
	put_inward(&r);
	put_outward(&r);
	put_filter(&r);
	buf_append_text(out, "}\n");
	return out->error ? plan_fail_memory(b) : 0;
}

int plan_nat(struct plan_builder *b, const struct node *node)
{
	uint32_t ns = (uint32_t)b->plan->n_instances;
	auto_buf rules = BUF_NULL;
	int r = plan_router(b, node);
	const char *text;

	if (r < 0)
		return r;
	r = put_rules(b, node, &rules);
	text = r == 0 ? arena_strdup(&b->plan->arena, buf_str(&rules)) : NULL;
	if (!text)
		return plan_fail_memory(b);
	plan_step_add(b, PLAN_RULES, ns)->rules.text = text;
	return 0;
}
