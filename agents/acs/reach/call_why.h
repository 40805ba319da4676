/* How a connection request ended, in words: the one table that the ACS's events, its log and
 * its list of devices tell it from. Values only. */
#pragma once

#include "lib/base/clock.h"
#include "lib/base/compiler.h"

#include <stdbool.h>

/* XX(symbol, name, words). What stands in braces is of struct call_facts. The name is for
 * programs, the words are for people: what happened, and what to look at. */
#define CALL_OUTCOME_MAP(XX)                                                                \
	XX(CAME, "came", "the session came {session} after the request")                    \
	XX(UNKNOWN, "unknown", "no device of that name has informed this ACS")              \
	XX(TWICE, "twice", "it is being called already")                                    \
	XX(CROWDED, "crowded", "too many calls wait")                                       \
	XX(NO_URL, "no-url",                                                                \
	    "the device has told no ConnectionRequestURL: it is in every Inform of a CPE")  \
	XX(BAD_URL, "bad-url",                                                              \
	    "its ConnectionRequestURL \"{url}\" cannot be used: {detail}")                  \
	XX(IS_HTTPS, "https",                                                               \
	    "its ConnectionRequestURL \"{url}\" is https: connection requests are http "    \
	    "(TR-069 A6 3.2.2.2)")                                                          \
	XX(NO_ADDRESS, "no-udp-address",                                                    \
	    "the device has told no UDPConnectionRequestAddress: STUN is off there, or "    \
	    "nobody has read the parameter")                                                \
	XX(NO_STUN, "no-stun",                                                              \
	    "this ACS has no STUN server, from whose port a UDP connection request comes")  \
	XX(LOCAL, "local", "the request cannot be sent from here: {detail}")                \
	XX(REFUSED, "refused",                                                              \
	    "{at} refuses the connection: the CPE listens elsewhere now, or not at all")    \
	XX(NO_ROUTE, "no-route",                                                            \
	    "there is no route to {at}: its ConnectionRequestURL is of a network behind "   \
	    "a NAT, or the CPE is gone")                                                    \
	XX(SILENT, "silent",                                                                \
	    "{at} does not answer the SYN for {wait}: a NAT or a firewall drops it, or "    \
	    "the CPE is off")                                                               \
	XX(NO_ANSWER, "no-answer", "{at} has not answered the request for {wait}")          \
	XX(CLOSED, "closed", "{at} closed the connection without an answer")                \
	XX(NO_HTTP, "no-http", "{at} does not answer as HTTP: {detail}")                    \
	XX(NO_CREDENTIALS, "no-credentials",                                                \
	    "401: the CPE wants a digest, and no username for connection requests is set "  \
	    "here")                                                                         \
	XX(NO_CHALLENGE, "no-challenge", "401 that cannot be answered: {detail}")           \
	XX(DENIED, "denied", "401 again: {detail}")                                         \
	XX(NOT_FOUND, "not-found",                                                          \
	    "404: {at} has no CPE at the path of the URL, which is another one since its "  \
	    "last Inform")                                                                  \
	XX(BUSY, "busy",                                                                    \
	    "503: the CPE is in a session, or was called too often; it says not for how "   \
	    "long")                                                                         \
	XX(STATUS, "status", "the CPE answers {status}")                                    \
	XX(NO_SESSION, "no-session",                                                        \
	    "the CPE has accepted the request ({status}), and no session with "             \
	    "6 CONNECTION REQUEST came for {wait}: it does not reach this ACS, or reports " \
	    "to another one")                                                               \
	XX(UDP_LOST, "udp-lost",                                                            \
	    "no session with 6 CONNECTION REQUEST came for {wait} after the UDP request "   \
	    "to {at}: the binding in the NAT is gone, the signature is wrong, or the CPE "  \
	    "does not reach this ACS")                                                      \
	XX(STOPPED, "stopped", "the ACS stops")

enum call_outcome {
#define XX(symbol, name, words) CALL_##symbol,
	CALL_OUTCOME_MAP(XX)
#undef XX
	CALL_OUTCOMES
};

enum {
	CALL_DETAIL_MAX = 320,
	CALL_WHY_MAX = 640
};

struct call_facts {
	const char *url; /* ConnectionRequestURL */
	const char *at;  /* "10.0.0.100:7547" */
	const char *detail;
	unsigned status;
	clock_ns wait;    /* that was waited */
	clock_ns session; /* from the request to the Inform */
};

/* Writes the words of an outcome; why has room for CALL_WHY_MAX and is returned. */
char *call_why(enum call_outcome outcome, const struct call_facts *facts,
    char why[CALL_WHY_MAX]);

/* "no-session". */
const char *call_outcome_name(enum call_outcome outcome);

/* Whose doing it is that a call has failed. */
enum call_blame {
	CALL_BLAME_CPE,
	CALL_BLAME_ACS, /* this one cannot make the call */
	CALL_BLAME_TIME /* nobody's: the CPE is busy, or a call of it is under way */
};

/* Of an outcome that is not CALL_CAME. */
enum call_blame call_blame(enum call_outcome outcome);

/* The outcome that an errno of connect() means. */
enum call_outcome call_outcome_of(int code);
