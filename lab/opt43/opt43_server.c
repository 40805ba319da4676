#include "lab/opt43/opt43_server.h"

#include "lib/base/compiler.h"
#include "lib/console/cli_dhcp.h"
#include "lib/proto/opt43.h"

enum {
	GROUP_BYTES = 4, /* of an old console: eight digits */
};

const char *const opt43_server_names[OPT43_SERVERS] = {
	[OPT43_DNSMASQ] = "dnsmasq",
	[OPT43_KEA] = "kea",
	[OPT43_ISC_DHCPD] = "isc-dhcpd",
	[OPT43_COMWARE7] = "comware",
	[OPT43_COMWARE5] = "comware5",
	[OPT43_MIKROTIK] = "mikrotik",
};

void opt43_server_put_digits(struct buf *out, struct str bytes, size_t group,
    const char *between)
{
	for (size_t i = 0; i < bytes.len; i++)
		buf_printf(out, "%s%02X", i > 0 && i % group == 0 ? between : "",
		    (uint8_t)bytes.p[i]);
}

static void put_string(struct buf *out, struct str bytes)
{
	opt43_server_put_digits(out, bytes, bytes.len, "");
}

/* Colons make it bytes rather than text; forced, since many CPEs do not list the option
 * among those that they ask for. */
static void put_dnsmasq(struct buf *out, struct str bytes)
{
	buf_append_text(out, "dhcp-option-force=43,");
	opt43_server_put_digits(out, bytes, 1, ":");
	buf_append_char(out, '\n');
}

/* Kea would take the bytes apart and order them anew; in a class its own definition of the
 * option can be replaced by one of plain bytes. */
static void put_kea(struct buf *out, struct str bytes)
{
	buf_append_text(out,
	    "\"client-classes\": [\n"
	    "  {\n"
	    "    \"name\": \"acs\",\n"
	    "    \"test\": \"member('ALL')\",\n"
	    "    \"option-def\": [\n"
	    "      { \"name\": \"vendor-encapsulated-options\", \"code\": 43, "
	    "\"type\": \"binary\" }\n"
	    "    ],\n"
	    "    \"option-data\": [\n"
	    "      { \"name\": \"vendor-encapsulated-options\", \"csv-format\": false,\n"
	    "        \"always-send\": true,\n"
	    "        \"data\": \"");
	put_string(out, bytes);
	buf_append_text(out, "\" }\n"
			     "    ]\n"
			     "  }\n"
			     "]\n");
}

/* dhcpd sends what a client asks for, so the option (2B is 43) is added to that. */
static void put_isc_dhcpd(struct buf *out, struct str bytes)
{
	buf_append_text(out, "option vendor-encapsulated-options ");
	opt43_server_put_digits(out, bytes, 1, ":");
	buf_append_text(out, ";\n"
			     "if exists dhcp-parameter-request-list {\n"
			     "  option dhcp-parameter-request-list =\n"
			     "    concat(option dhcp-parameter-request-list, 2B);\n"
			     "}\n");
}

static void put_comware7(struct buf *out, struct str bytes)
{
	buf_append_text(out, "option 43 hex ");
	put_string(out, bytes);
	buf_append_char(out, '\n');
}

static void put_comware5(struct buf *out, struct str bytes)
{
	buf_append_text(out, "option 43 hex ");
	opt43_server_put_digits(out, bytes, GROUP_BYTES, " ");
	buf_append_char(out, '\n');
}

static void put_mikrotik(struct buf *out, struct str bytes)
{
	buf_append_text(out, "/ip dhcp-server option add name=acs code=43 value=0x");
	put_string(out, bytes);
	buf_append_text(out, "\n/ip dhcp-server network set [find] dhcp-option=acs\n");
}

static const struct {
	void (*put)(struct buf *out, struct str bytes);
	size_t bytes_max;
} servers[OPT43_SERVERS] = {
	[OPT43_DNSMASQ] = { put_dnsmasq, OPT43_BYTES_MAX },
	[OPT43_KEA] = { put_kea, OPT43_BYTES_MAX },
	[OPT43_ISC_DHCPD] = { put_isc_dhcpd, OPT43_BYTES_MAX },
	[OPT43_COMWARE7] = { put_comware7, CLI_OPTION_MAX / 2 },
	[OPT43_COMWARE5] = { put_comware5, CLI_OPTION_MAX / 2 },
	[OPT43_MIKROTIK] = { put_mikrotik, OPT43_BYTES_MAX },
};

int opt43_server_put(struct buf *out, enum opt43_server server, struct str bytes,
    struct error *err)
{
	if (bytes.len > servers[server].bytes_max)
		return error_set(err, ERR_LIMIT, "%s takes %zu bytes, these are %zu",
		    opt43_server_names[server], servers[server].bytes_max, bytes.len);
	servers[server].put(out, bytes);
	return out->error;
}
