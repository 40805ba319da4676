/* What DHCP of both versions and look-ups of both families leave in a CPE's history, and what
 * the steps "lease", "look-up" and "open" of a sequence make of it: captures written as scripts (tests/rules/README.md). */
#include "tests/unit/unit.h"

#include "capture/analysis/analysis.h"
#include "lib/sequence/sequence.h"
#include "tests/support/script_analyse.h"

/* Sub-option 1 of enterprise 3561, "http://a/", as options 125 and 17 have it. */
#define SUBS125 "00000de9 [ 1:\"http://a/\" ]\n"
#define SUBS17  "00000de9 1::\"http://[fd00::11]:7547/acs\" 2::\"LAB.1\"\n"
#define IA_NA                                                                            \
	"opt 3 = 00000001 00000000 00000000 0005 0018 fd000000000000000000000000000100 " \
	"00000e10 00000e10\n"
#define CLASS6  "opt 16 = 00000de9 [[ \"dslforum.org\" ]]\n"
#define SOLICIT "dhcp6 solicit\n  " CLASS6
#define REQUEST "dhcp6 request\n  " CLASS6
#define REFUSED "opt 13 = 0002\n"

/* A REPLY by a relay form: hop count 0, link fd00::1, peer fe80::1, Relay Message. The
 * DUID in it is of the CPE's MAC, 02:00:00:00:00:64. */
#define RELAY(type, inner)                                                            \
	type " 00 fd000000000000000000000000000001 fe800000000000000000000000000001 " \
	     "0009 " inner
#define DUID "0001 000a 0003 0001 020000000064 "

static const struct {
	const char *script;
	const char *rows; /* "NAME from DETAIL", one a line */
	const char *step; /* "ok FIRST-LAST", or "LAYER: why" */
} rows[] = {
	{ "lease url=http://acs.lab:7547/acs\n",
	    "DHCPDISCOVER cpe class dslforum.org\n"
	    "DHCPOFFER dhcp 10.0.0.100, option 43 (tr069) http://acs.lab:7547/acs\n"
	    "DHCPREQUEST cpe 10.0.0.100, class dslforum.org\n"
	    "DHCPACK dhcp 10.0.0.100, option 43 (tr069) http://acs.lab:7547/acs\n",
	    "ok 1-4" },
	{ "dhcp discover class=none\n  opt 124 = 00000de9 [ \"dslforum.org\" ]\n"
	  "  opt 125 = 00000de9 [ 1:\"0000E2\" 2:\"SN1\" 3:\"switch\" ]\n"
	  "  opt 82 = 1:\"ge-0/1\" 2:(000102) 9:\"x\"\n"
	  "dhcp ack\n  opt 125 = 00000de9 [ 4:\"0000E3\" 5:\"GW1\" ]\n"
	  "open\n",
	    "DHCPDISCOVER cpe class by option 124 dslforum.org, circuit-id ge-0/1, "
	    "remote-id 000102, OUI 0000E2, serial number SN1, product class switch\n"
	    "DHCPACK dhcp 10.0.0.100, gateway OUI 0000E3, gateway serial number GW1\n",
	    "ok 1-2" },
	{ "dhcp discover\ndhcp ack\n  opt 125 = " SUBS125,
	    "DHCPDISCOVER cpe class dslforum.org\n"
	    "DHCPACK dhcp 10.0.0.100, option 125 (tr069) http://a/\n",
	    "ok 1-2" },
	{ "dhcp discover\ndhcp ack\n  opt 43 = 80:(0102)\n  opt 125 = " SUBS125,
	    "DHCPDISCOVER cpe class dslforum.org\n"
	    "DHCPACK dhcp 10.0.0.100, option 125 (tr069) http://a/\n",
	    "ok 1-2" },
	{ "dhcp discover\ndhcp ack\n",
	    "DHCPDISCOVER cpe class dslforum.org\nDHCPACK dhcp 10.0.0.100\n",
	    "DHCP: the ACK has no option 43" },
	{ "dhcp discover\ndhcp discover\n",
	    "DHCPDISCOVER cpe class dslforum.org\nDHCPDISCOVER cpe class dslforum.org\n",
	    "DHCP: no offer to 2 DHCPDISCOVER" },

	{ "dhcp6 solicit\n  " CLASS6 "dhcp6 advertise\n  " IA_NA "dhcp6 request\n"
	  "dhcp6 reply\n  " IA_NA "  opt 17 = " SUBS17,
	    "DHCPv6 SOLICIT cpe class dslforum.org\n"
	    "DHCPv6 ADVERTISE dhcp fd00::100\n"
	    "DHCPv6 REQUEST cpe \n"
	    "DHCPv6 REPLY dhcp fd00::100, option 17 (tr069) http://[fd00::11]:7547/acs\n",
	    "ok 1-4" },
	{ "dhcp6 information-request\n  " CLASS6
	  "  opt 17 = 00000de9 11::\"0000E2\" 12::\"SN1\"\n"
	  "dhcp6 reply\n  opt 17 = " SUBS17,
	    "DHCPv6 INFORMATION-REQUEST cpe class dslforum.org, OUI 0000E2, serial number SN1\n"
	    "DHCPv6 REPLY dhcp option 17 (tr069) http://[fd00::11]:7547/acs\n",
	    "ok 2-2" },
	{ SOLICIT "dhcp6 advertise\ndhcp6 request\ndhcp6 reply\n  " IA_NA,
	    "DHCPv6 SOLICIT cpe class dslforum.org\nDHCPv6 ADVERTISE dhcp \nDHCPv6 REQUEST cpe \n"
	    "DHCPv6 REPLY dhcp fd00::100\n",
	    "DHCP: the REPLY has no option 17" },
	{ SOLICIT SOLICIT,
	    "DHCPv6 SOLICIT cpe class dslforum.org\nDHCPv6 SOLICIT cpe class dslforum.org\n",
	    "DHCP: no offer to 2 DHCPv6 SOLICIT" },
	{ REQUEST "dhcp6 reply\n  " REFUSED,
	    "DHCPv6 REQUEST cpe class dslforum.org\nDHCPv6 REPLY dhcp \n",
	    "DHCP: the server refused with an error in its REPLY" },
	{ REQUEST "dhcp6 reply\n  opt 17 = 00000de9 0001 0009 6874\n",
	    "DHCPv6 REQUEST cpe class dslforum.org\nDHCPv6 REPLY dhcp option 17 (tr069) "
	    "00000de9000100096874\n",
	    "DHCP: option 17: sub-option 1 at byte 4: length 9 past the end, 2 bytes "
	    "follow" },
	/* An answer to a RELEASE is no lease. */
	{ SOLICIT "dhcp6 advertise\ndhcp6 release\ndhcp6 reply\n",
	    "DHCPv6 SOLICIT cpe class dslforum.org\nDHCPv6 ADVERTISE dhcp \nDHCPv6 RELEASE cpe \n"
	    "DHCPv6 REPLY dhcp \n",
	    "DHCP: offers, but no DHCPv6 REPLY" },

	/* Both versions at once: the lease that names an ACS is the one that counts. */
	{ "dhcp discover\n" SOLICIT "dhcp ack\ndhcp6 reply\n  opt 17 = " SUBS17,
	    "DHCPDISCOVER cpe class dslforum.org\nDHCPv6 SOLICIT cpe class dslforum.org\n"
	    "DHCPACK dhcp 10.0.0.100\n"
	    "DHCPv6 REPLY dhcp option 17 (tr069) http://[fd00::11]:7547/acs\n",
	    "ok 2-4" },
	/* Behind a relay the DUID alone tells who it is. */
	{ SOLICIT "udp dhcp:547 > gw:547 " RELAY("0d",
	      "0012 07 000001 " DUID) "\n"
				      "udp gw:547 > dhcp:547 " RELAY("0c",
					  "0012 0b 000001 " DUID) "\n",
	    "DHCPv6 SOLICIT cpe class dslforum.org\nDHCPv6 REPLY dhcp relay fd00::1\n"
	    "DHCPv6 INFORMATION-REQUEST cpe relay fd00::1\n",
	    "DHCP: no offer to 1 DHCPv6 SOLICIT" },
};

static struct analysis *read_script(const char *script, const struct sequence *sequence)
{
	const struct analysis_options options = { .path = "script",
		.sequences = &sequence,
		.n_sequences = sequence ? 1 : 0 };
	struct analysis *analysis;
	struct error err = ERROR_NULL;

	if (script_analyse("script", str_of(script), &options, NULL, &analysis, &err) <
	    0)
		fail_msg("%s", err.text);
	return analysis;
}

static void put_rows(struct buf *out, const struct analysis_host *host)
{
	for (size_t i = 0; i < host->n_messages; i++) {
		const struct analysis_message *row = &host->messages[i];

		buf_printf(out, "%s %s %s\n", row->name,
		    row->from == FROM_DHCP ? "dhcp" : "cpe",
		    row->detail ? row->detail : "");
	}
}

static void put_step(struct buf *out, const struct step_result *step)
{
	if (step->ok)
		buf_printf(out, "ok %llu-%llu", (unsigned long long)step->frame,
		    (unsigned long long)step->last_frame);
	else
		buf_printf(out, "%s: %s", step->layer, step->why);
}

static void each_exchange_is_told_and_judged(void **state)
{
	static const char steps[] =
	    "{name: x, steps: [{step: 0, see: lease, what: the lease}]}";
	auto_cleanup(sequence_free) struct sequence *sequence = NULL;
	struct error err = ERROR_NULL;

	(void)state;
	if (sequence_parse("x.yaml", str_of(steps), &sequence, &err) < 0)
		fail_msg("%s", err.text);
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct analysis *analysis = read_script(rows[i].script, sequence);
		auto_buf told = BUF_NULL, step = BUF_NULL;

		print_message("row %zu\n", i);
		assert_int_equal(analysis->n_hosts, 1);
		put_rows(&told, &analysis->hosts[0]);
		assert_string_equal(buf_cstr(&told), rows[i].rows);
		assert_int_equal(analysis->n_sequences, 1);
		put_step(&step, &analysis->sequences[0].steps[0]);
		assert_string_equal(buf_cstr(&step), rows[i].step);
		analysis_free(analysis);
	}
}

/* An address that DHCPv6 gave is the CPE's, whose address of IPv4 stays its name. */
static void a_session_over_ip6_is_of_the_cpe_that_got_the_address(void **state)
{
	static const char script[] =
	    "lease\ndhcp6 solicit\n  " CLASS6 "dhcp6 reply\n  " IA_NA
	    "open cpe > http://[fd00::11]:7547/acs\n"
	    "> Inform events=\"1 BOOT\"\n< InformResponse\n> empty\n< 204\nclose\n";
	struct analysis *analysis = read_script(script, NULL);

	(void)state;
	assert_int_equal(analysis->n_hosts, 1);
	assert_string_equal(analysis->hosts[0].cpe, "10.0.0.100");
	assert_int_equal(analysis->hosts[0].n_messages, 6);
	assert_int_equal(analysis->n_sessions, 1);
	assert_string_equal(analysis->sessions[0].mac, "02:00:00:00:00:64");
	assert_string_equal(analysis->sessions[0].conns[0].client, "fd00::100");
	assert_string_equal(analysis->sessions[0].acs, "[fd00::11]:7547");
	analysis_free(analysis);
}

/* The network gives its prefix, and DHCPv6 the ACS alone: no message tells the address. */
static void a_session_from_an_address_made_of_a_mac_is_of_who_has_that(void **state)
{
	static const struct {
		const char *client;
		size_t n_hosts;
	} table[] = {
		{ "fd00::ff:fe00:64", 1 },
		{ "fd00::ff:fe00:65", 2 },
		{ "fd00::fe:fe00:64", 2 },
		{ "fd00::200:ff:fe00:64", 2 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(table); i++) {
		auto_buf script = BUF_NULL;
		struct analysis *analysis;

		buf_printf(&script,
		    "dhcp6 information-request\n  " CLASS6
		    "dhcp6 reply\n  opt 17 = 00000de9 1::\"http://[fd00::11]:7547/acs\"\n"
		    "open %s > http://[fd00::11]:7547/acs\n"
		    "> Inform events=\"1 BOOT\"\n< InformResponse\n> empty\n< 204\nclose\n",
		    table[i].client);
		analysis = read_script(buf_cstr(&script), NULL);
		print_message("row %zu\n", i);
		assert_int_equal(analysis->n_hosts, table[i].n_hosts);
		assert_int_equal(analysis->n_sessions, 1);
		if (table[i].n_hosts == 1)
			assert_string_equal(analysis->sessions[0].mac,
			    "02:00:00:00:00:64");
		analysis_free(analysis);
	}
}

/* ---- look-ups of IPv6 --------------------------------------------------------------- */

#define BOTH_LEASES                                                   \
	"lease url=http://acs.lab:7547/acs\ndhcp6 solicit\n  " CLASS6 \
	"dhcp6 reply\n  " IA_NA
#define SESSION "> Inform events=\"1 BOOT\"\n< InformResponse\n> empty\n< 204\nclose\n"

static const struct {
	const char *script, *look_ups; /* behind the leases */
	const char *step, *open;       /* of the look-up, and of the connection */
} asked[] = {
	{ "dns A acs.lab = nxdomain\ndns AAAA acs.lab = fd00::11\n"
	  "open cpe > http://[fd00::11]:7547/acs\n" SESSION,
	    "A acs.lab: NXDOMAIN\nAAAA acs.lab: fd00::11\n", "ok 9-10", "ok 11-11" },
	/* No address of IPv6 is no failure where there is one of IPv4. */
	{ "dns A acs.lab = 10.0.0.11\ndns AAAA acs.lab = nxdomain\n"
	  "open cpe > http://10.0.0.11:7547/acs\n" SESSION,
	    "A acs.lab: 10.0.0.11\nAAAA acs.lab: NXDOMAIN\n", "ok 7-8", "ok 11-11" },
	{ "dns AAAA acs.lab = nxdomain\ndns A acs.lab = 10.0.0.11\n"
	  "open cpe > http://10.0.0.11:7547/acs\n" SESSION,
	    "AAAA acs.lab: NXDOMAIN\nA acs.lab: 10.0.0.11\n", "ok 9-10", "ok 11-11" },
	{ "dns AAAA acs.lab = fd00::12\n"
	  "open cpe > http://[fd00::11]:7547/acs\n" SESSION,
	    "AAAA acs.lab: fd00::12\n", "ok 7-8",
	    "TCP: the CPE connected to [fd00::11]:7547, which is not acs.lab" },
	{ "dns AAAA acs.lab\nsilence\n", "AAAA acs.lab: no answer\n",
	    "DNS: no answer to the query for acs.lab", "" },
};

static void put_look_ups(struct buf *out, const struct analysis_host *host)
{
	for (size_t i = 0; i < host->n_messages; i++) {
		if (host->messages[i].kind == MESSAGE_DNS)
			buf_printf(out, "%s: %s\n", host->messages[i].name,
			    host->messages[i].detail);
	}
}

static void look_ups_of_both_families_lead_to_the_acs(void **state)
{
	static const char steps[] = "{name: x, steps: [{step: 0, see: lease, what: a}, "
				    "{step: 0, see: look-up, to: $acs_url, what: b}, "
				    "{step: 1, see: open, to: $acs_url, what: c}]}";
	auto_cleanup(sequence_free) struct sequence *sequence = NULL;
	struct error err = ERROR_NULL;

	(void)state;
	if (sequence_parse("x.yaml", str_of(steps), &sequence, &err) < 0)
		fail_msg("%s", err.text);
	for (size_t i = 0; i < ARRAY_LEN(asked); i++) {
		auto_buf script = BUF_NULL, told = BUF_NULL, step = BUF_NULL;
		auto_buf open = BUF_NULL;
		struct analysis *analysis;

		print_message("row %zu\n", i);
		buf_printf(&script, "%s%s", BOTH_LEASES, asked[i].script);
		analysis = read_script(buf_cstr(&script), sequence);
		assert_int_equal(analysis->n_sequences, 1);
		put_look_ups(&told, &analysis->hosts[0]);
		assert_string_equal(buf_cstr(&told), asked[i].look_ups);
		put_step(&step, &analysis->sequences[0].steps[1]);
		assert_string_equal(buf_cstr(&step), asked[i].step);
		if (asked[i].open[0] != '\0') {
			put_step(&open, &analysis->sequences[0].steps[2]);
			assert_string_equal(buf_cstr(&open), asked[i].open);
		}
		analysis_free(analysis);
	}
}

/* With addresses of both families for its ACS, a CPE goes by one of them. */
static void the_family_of_a_connection_is_what_a_step_wants(void **state)
{
	static const struct {
		const char *family, *to, *open;
	} table[] = {
		{ "v6", "[fd00::11]", "ok 7-7" },
		{ "v4", "10.0.0.11", "ok 7-7" },
		{ "any", "10.0.0.11", "ok 7-7" },
		{ "v6", "10.0.0.11", "TCP: the CPE goes by IPv4, to 10.0.0.11" },
		{ "v4", "[fd00::11]", "TCP: the CPE goes by IPv6, to fd00::11" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(table); i++) {
		auto_cleanup(sequence_free) struct sequence *sequence = NULL;
		auto_buf text = BUF_NULL, script = BUF_NULL, step = BUF_NULL;
		struct error err = ERROR_NULL;
		struct analysis *analysis;

		buf_printf(&text,
		    "{name: x, steps: [{step: 1, see: open, family: %s, what: a}]}",
		    table[i].family);
		if (sequence_parse("x.yaml", buf_str(&text), &sequence, &err) < 0)
			fail_msg("%s", err.text);
		buf_printf(&script,
		    BOTH_LEASES "open cpe > http://%s:7547/acs\n" SESSION, table[i].to);
		analysis = read_script(buf_cstr(&script), sequence);
		put_step(&step, &analysis->sequences[0].steps[0]);
		assert_string_equal(buf_cstr(&step), table[i].open);
		analysis_free(analysis);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_exchange_is_told_and_judged),
		cmocka_unit_test(a_session_over_ip6_is_of_the_cpe_that_got_the_address),
		cmocka_unit_test(
		    a_session_from_an_address_made_of_a_mac_is_of_who_has_that),
		cmocka_unit_test(the_family_of_a_connection_is_what_a_step_wants),
		cmocka_unit_test(look_ups_of_both_families_lead_to_the_acs),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
