/* Shared by the files of this room. */
#pragma once

#include "agents/cpe/dhcp6/dhcp6_client.h"

struct dhcp6_step { /* what the functions of one step share */
	struct dhcp6_client *client;
	clock_ns now;
	struct rng *rng;
	struct dhcp6_client_actions *ret;
};

/* ---- dhcp6_client_step.c -------------------------------------------------------------- */

/* One thing more that is to be done, about address (null: about none). */
struct dhcp6_client_action *dhcp6_step_act(struct dhcp6_step *s,
    enum dhcp6_client_do what, const uint8_t *address);
void dhcp6_step_why(struct dhcp6_client_action *action, const char *why);

void dhcp6_step_enter(struct dhcp6_step *s, enum dhcp6_client_state state);

/* An exchange begins: its message has a number of its own, and is sent again until it
 * ends. */
void dhcp6_step_begin(struct dhcp6_step *s, enum dhcp6_client_state state);

void dhcp6_step_send(struct dhcp6_step *s, enum dhcp6_message type);

/* The message of its exchange once more; whether that has been done as often as it is. */
void dhcp6_step_send_again(struct dhcp6_step *s);
bool dhcp6_step_is_tried_out(const struct dhcp6_client *client);

/* Waits for a while before it asks at all; asks all servers. */
void dhcp6_step_delay(struct dhcp6_step *s, clock_ns wait);
void dhcp6_step_solicit(struct dhcp6_step *s);

/* The lease is granted, or extended. */
void dhcp6_step_bound(struct dhcp6_step *s, bool is_renewal, bool is_changed);

/* Tells that the address is ours no more, and forgets the lease. */
void dhcp6_step_lose(struct dhcp6_step *s, const char *why);

/* Asks anew. The first refusal is the way to a fresh start; a row of them is a fight. */
void dhcp6_step_start_over(struct dhcp6_step *s);

/* The address that another host has is given back. */
void dhcp6_step_declined(struct dhcp6_step *s);

/* ---- dhcp6_client_reply.c ------------------------------------------------------------- */

/* A message has come. */
void dhcp6_step_packet(struct dhcp6_step *s, const struct dhcp6_packet *packet);
