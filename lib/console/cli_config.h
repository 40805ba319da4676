/* The configuration of a switch as a value: what its user has set, copied and compared as a
 * whole. Texts are terminated; "" is not set. */
#pragma once

#include "lib/base/buf.h"
#include "lib/base/str.h"
#include "lib/console/cli_dhcp.h"
#include "lib/console/cli_text.h"
#include "lib/console/route/route_table.h"
#include "lib/console/vlan/vlan_table.h"

#include <stdbool.h>
#include <stdint.h>

enum {
	CLI_SYSNAME_MAX = 64 + 1, /* terminated, as all of these */
	CLI_SECRET_MAX = 255 + 1,
	CLI_URL_MAX = 255 + 1,
	CLI_CODE_MAX = 64 + 1,
	CLI_TIME_MAX = 19 + 1,
	CLI_POLICY_MAX = 31 + 1,
	CLI_INTERFACE_MAX = 47 + 1,
	CLI_DESCRIPTION_MAX = 80 + 1,
	CLI_VERSION_MAX = 79 + 1,
	CLI_PORTS_MAX =
	    64, /* places of Vlan-interface1, which is the first, and of ports */
	CLI_VLAN_IFS_MAX = 16, /* places of other VLAN interfaces, behind them */
	CLI_INTERFACES_MAX = CLI_PORTS_MAX + CLI_VLAN_IFS_MAX,
	CLI_CWMP_INTERVAL = 600,
	CLI_CWMP_WAIT = 30
};

/* Where the CPE looks for its ACS, once by what was set and once by the factory. */
struct cli_acs {
	char url[CLI_URL_MAX];
	char username[CLI_SECRET_MAX];
	char password[CLI_SECRET_MAX];
};

struct cli_cwmp {
	bool is_enabled;
	struct cli_acs acs, dflt;
	char cpe_username[CLI_SECRET_MAX]; /* that ACSs call it with */
	char cpe_password[CLI_SECRET_MAX];
	char provision_code[CLI_CODE_MAX]; /* "": the profile's */
	char connect_interface[CLI_INTERFACE_MAX];
	bool is_informing;        /* periodically, */
	uint32_t inform_interval; /* each so many seconds; 0: CLI_CWMP_INTERVAL */
	char inform_time[CLI_TIME_MAX];
	bool has_retry;        /* else without a limit */
	uint32_t retry;        /* 0: never */
	uint32_t wait_timeout; /* seconds; 0: CLI_CWMP_WAIT */
	bool has_stun;
	char ssl_policy[CLI_POLICY_MAX];
};

enum cli_interface_kind {
	CLI_NO_INTERFACE, /* a place that is free */
	CLI_VLAN_IF,
	CLI_GIGABIT
};

enum cli_link_type { /* of a port */
	CLI_ACCESS,
	CLI_TRUNK,
	CLI_HYBRID,
	CLI_LINK_TYPES
};

struct cli_interface {
	int kind;                       /* enum cli_interface_kind */
	char number[CLI_INTERFACE_MAX]; /* "1", "1/0/1" */
	char description[CLI_DESCRIPTION_MAX];
	bool has_dhcp;    /* `ip address dhcp-alloc` */
	bool is_shutdown; /* of a port: its user, or an ACS, has taken it down */
	int link_type;    /* enum cli_link_type, of a port */
	uint32_t address; /* of a VLAN interface that leases none; 0: none */
	unsigned prefix;  /* of it */
	uint32_t pvid;    /* the VLAN of frames without a tag; 0: VLAN 1 */
	/* Of a trunk: what it lets pass. Of a hybrid port: what leaves it with a tag, and without
	 * one. */
	struct vlan_set vlans, untagged;
};

enum cli_passes {
	CLI_PASSES_NOT,
	CLI_PASSES_UNTAGGED,
	CLI_PASSES_TAGGED
};

struct cli_config {
	char sysname[CLI_SYSNAME_MAX];
	struct cli_cwmp cwmp;
	struct cli_dhcp dhcp;
	struct vlan_table vlans;
	struct route_table routes;
	/* VLAN interfaces but the first stand from place CLI_PORTS_MAX on, in the order of their
	 * numbers; places up to there may be free. */
	struct cli_interface interfaces[CLI_INTERFACES_MAX];
	size_t n_interfaces; /* places */
};

/* What differs from vendor to vendor, as data. */
struct cli_profile {
	const char *name;
	const char *version;                        /* the line behind " version " */
	const char *sysname;                        /* of the factory */
	const char *provision_code;                 /* the same */
	const char *route_heading, *bridge_heading; /* of display interface brief */
	const char *address_column;                 /* there */
	const char *speed_legend; /* the same: lines on speeds and duplex modes */
	const char *error_mark;   /* before what is wrong with a line */
	const char *name_prompt, *login_failed; /* of a login from elsewhere */
	unsigned hex_group; /* digits of an option between blanks; 0: all in one */
	bool has_cwmp;      /* from the factory */
	/* Around "Current terminal monitor is on", of devices that say so; null: it says more. */
	const char *watch_mark, *watch_end;
	bool has_older_ping; /* "ping" looks as in the versions before */
};

/* "comware7", "comware5", "vrp"; null: there is no such one. */
const struct cli_profile *cli_profile_find(struct str name);
/* The i-th; null past the last. */
const struct cli_profile *cli_profile_at(size_t i);

/* The configuration of the factory: no interfaces, CWMP as the profile has it. */
void cli_config_init(struct cli_config *config, const struct cli_profile *profile);

/* The interface of that number, or null. */
struct cli_interface *cli_config_interface(struct cli_config *config, int kind,
    struct str number);

/* How frames of a VLAN leave the port, whether or not that VLAN is there. */
enum cli_passes cli_interface_passes(const struct cli_interface *interface,
    unsigned vlan);

static inline unsigned cli_interface_pvid(const struct cli_interface *interface)
{
	return interface->pvid ? interface->pvid : VLAN_DEFAULT;
}

/* What leaves it that way. */
struct vlan_set cli_interface_vlans(const struct cli_interface *interface,
    enum cli_passes how);

/* The interface of that VLAN, which is made where there was none. Null: there is no room. */
struct cli_interface *cli_config_add_vlan_if(struct cli_config *config, unsigned vlan);
/* No-op without one, and of VLAN 1, which stays. */
void cli_config_remove_vlan_if(struct cli_config *config, unsigned vlan);

/* Whether the interface whose address the ACS is to be told is there, or none is named. */
bool cli_config_is_connected(const struct cli_config *config);

/* "Vlan-interface1"; text has room for CLI_INTERFACE_MAX and is returned. short: "Vlan1". */
char *cli_interface_name(const struct cli_interface *interface, char *text);
char *cli_interface_short(const struct cli_interface *interface, char *text);

/* Appends it as the lines of display current-configuration, from " version" to "return". Run as
 * commands, these make the same configuration again; passwords are cipher. */
void cli_config_put(struct buf *out, const struct cli_config *config,
    const struct cli_profile *profile);

/* The members of the CWMP view; of an interface. One blank before each line. */
void cli_config_put_cwmp(struct buf *out, const struct cli_cwmp *cwmp,
    const struct cli_profile *profile);
void cli_config_put_interface(struct buf *out, const struct cli_interface *interface);
/* "access"; as a configuration has it. */
const char *cli_link_type_name(int link_type);
/* " sysname X" */
void cli_config_put_system(struct buf *out, const struct cli_config *config);
