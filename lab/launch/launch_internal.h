/* What the programs of the nodes share while they are described. */
#pragma once

#include "lab/launch/launch.h"
#include "lib/base/clock.h"

struct json;

typedef int launch_fn(const struct launch_context *context, const struct node *node,
    struct launch *launch, struct error *err);

launch_fn launch_dns, launch_dhcp, launch_dhcpd, launch_dhcp_dnsmasq, launch_dhcp_kea,
    launch_acs, launch_cpe, launch_host, launch_router, launch_firewall, launch_load,
    launch_proxy, launch_recorder; /* the recorder's node is null */

enum {
	DHCP_SERVER_PORT = 67,
	DNS_PORT = 53
};

/* The first words of every DHCP class of a CWMP device, TR-069 A6 3.1. */
#define CPE_CLASS "dslforum.org"

/* Appends a copy of the argument. Where it has more than 255 bytes, argv has room for
 * no more before its last null, or there is no memory, it is left out and conf.error
 * set: nothing may be started. */
void launch_arg(struct launch *launch, const char *fmt, ...) ATTR_PRINTF(2, 3);

/* ERR_LIMIT or -ENOMEM, with words, where the configuration or the arguments are not whole. */
int launch_check(const struct launch *launch, struct error *err);

/* Names the configuration "/run/<node>.conf"; that of a null node "/run/recorder.conf". */
void launch_conf(struct launch *launch, const struct node *node);

/* Appends what the certificates of a node, or those that it asks for, rest on. */
void launch_put_tls_facts(struct buf *out, const struct topology *topology,
    const struct node *node);

/* Makes launch what passes DHCP on at a switch with snooping. */
void launch_snooping(const struct node *node, struct launch *launch);

/* Makes launch the DHCP relay of a router that has one. */
void launch_relay(const struct launch_context *context, const struct node *node,
    struct launch *launch);

/* Appends the bytes of option 43 that the pool hands out; none when it names no ACS. 0, or
 * an error of opt43_write() or of out. */
int launch_option43(const struct dhcp_pool *pool, struct buf *out, struct error *err);

/* Writes the path of the socket at which an ACS that is loaded takes commands into
 * text, which has room for size bytes, and returns text. */
const char *launch_door(const struct node *acs, char *text, size_t size);

/* Makes launch one of our own agents: this program's verb with --config and --control. */
void launch_agent(struct launch *launch, const struct node *node, const char *verb);

/* Makes launch a dnsmasq, with the head of its configuration, which is ready once it has
 * bound udp_port. */
void launch_dnsmasq(struct launch *launch, const struct node *node, unsigned udp_port);

/* Gives the program the folder /run/nodes/NODE to run in. */
void launch_folder(struct launch *launch, const struct node *node);

/* Puts a file into its folder: text, which is taken as it is and copied. */
void launch_file(struct launch *launch, const char *to, struct str text);

/* Writes the path by which the programs of a lab open descriptor fd of its process 1 into
 * text, which has room for size bytes, and returns text. */
const char *launch_netns(int fd, char *text, size_t size);

/* The same with the path of the certificate of the lab's CA. */
const char *launch_ca(const struct launch_context *context, char *text, size_t size);

/* Writes a member of a configuration; none where value is null. */
void launch_put_text(struct json *json, const char *key, const char *value);

/* As configurations have it: "1500ms", what is less than a millisecond cut off, or
 * "infinite" for INT64_MAX. */
void launch_put_duration(struct json *json, const char *key, clock_ns value);

/* The members "min" and "max" of a mapping "tls". */
void launch_put_versions(struct json *json, const struct tls_range *range);

/* The member "keylog", the path of the lab's key log; none in a lab without a capture. */
void launch_put_keylog(struct json *json, const struct launch_context *context);

enum {
	LAUNCH_CALL_PASSWORD_MAX = 17 /* with its end */
};

#define LAUNCH_CALL_USERNAME "acs"

/* The password of connection requests that the factory has set in CPEs of a lab and that its
 * ACSs know, so that they can be called as soon as the lab is up. It is in text, which is
 * returned; null where an ACS of the topology has a name of its own for that, which it is then
 * to set in its CPEs. */
const char *launch_call_password(const struct launch_context *context,
    char text[LAUNCH_CALL_PASSWORD_MAX]);
