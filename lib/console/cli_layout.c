/* Layouts of what the device is, and of CWMP. */
#include "lib/console/cli_display.h"

#include <inttypes.h>
#include <stdio.h>
#include <time.h>

char *cli_mac_text(const uint8_t mac[6], char *text)
{
	(void)snprintf(text, CLI_MAC_TEXT_MAX, "%02x%02x-%02x%02x-%02x%02x", mac[0],
	    mac[1], mac[2], mac[3], mac[4], mac[5]);
	return text;
}

/* ---- CWMP ----------------------------------------------------------------------------- */

enum {
	CONFIGURATION_WIDTH = 36, /* of a label */
	STATUS_WIDTH = 46
};

static void put(struct buf *out, int width, const char *label, const char *value)
{
	buf_printf(out, "%-*s: %s\n", width, label, value);
}

static const char *or_null(const char *text)
{
	return text[0] ? text : "Null";
}

static const char *state(bool is_on)
{
	return is_on ? "Enabled" : "Disabled";
}

static char *seconds(char text[24], uint64_t n)
{
	(void)snprintf(text, 24, "%" PRIu64 "s", n);
	return text;
}

void cli_put_cwmp_configuration(struct buf *out, const struct cli_cwmp *cwmp)
{
	const int width = CONFIGURATION_WIDTH;
	bool has_interval = cwmp->inform_interval || cwmp->is_informing;
	char text[24];

	put(out, width, "CWMP state", state(cwmp->is_enabled));
	put(out, width, "ACS URL", or_null(cwmp->acs.url));
	put(out, width, "ACS username", cwmp->acs.username);
	put(out, width, "ACS default URL", or_null(cwmp->dflt.url));
	put(out, width, "ACS default username", cwmp->dflt.username);
	put(out, width, "Periodic inform", state(cwmp->is_informing));
	put(out, width, "Inform interval",
	    has_interval ? seconds(text, cwmp->inform_interval ? cwmp->inform_interval
							       : CLI_CWMP_INTERVAL)
			 : "None");
	put(out, width, "Inform time",
	    cwmp->inform_time[0] ? cwmp->inform_time : "None");
	put(out, width, "Wait timeout",
	    seconds(text, cwmp->wait_timeout ? cwmp->wait_timeout : CLI_CWMP_WAIT));
	(void)snprintf(text, sizeof(text), "%" PRIu32, cwmp->retry);
	put(out, width, "Connection retries", cwmp->has_retry ? text : "Unlimited");
	put(out, width, "Source IP interface",
	    cwmp->connect_interface[0] ? cwmp->connect_interface : "None");
	put(out, width, "STUN state", state(cwmp->has_stun));
	put(out, width, "SSL policy name", or_null(cwmp->ssl_policy));
}

void cli_put_cwmp_status(struct buf *out, const struct cli_cwmp *cwmp,
    const struct cli_cwmp_status *status)
{
	static const char *const sources[] = { "User", "DHCP", "Default", "None" };
	static const char *const connections[] = { "Disconnected", "Connected",
		"Waiting response" };
	static const char *const transfers[] = { "None", "Uploading", "Downloading" };
	const int width = STATUS_WIDTH;
	char text[24], time[CLOCK_ISO8601_MAX] = "None";

	put(out, width, "CWMP state", state(cwmp->is_enabled));
	put(out, width, "ACS URL of most recent connection", or_null(status->url));
	put(out, width, "ACS information source", sources[status->source]);
	put(out, width, "ACS username of most recent connection", status->username);
	put(out, width, "Connection status", connections[status->connection]);
	put(out, width, "Data transfer status", transfers[status->transfer]);
	if (status->last_success) {
		(void)clock_iso8601(status->last_success, 0, time);
		time[19] = '\0'; /* the vendor writes no zone */
	}
	put(out, width, "Most recent successful connection attempt", time);
	put(out, width, "Length of time before next connection attempt",
	    status->next_attempt == INT64_MAX
		? "None"
		: seconds(text, (uint64_t)(status->next_attempt / NS_PER_S)));
}

/* ---- the device ----------------------------------------------------------------------- */

void cli_put_clock(struct buf *out, clock_ns wall)
{
	time_t now = (time_t)(wall / NS_PER_S);
	struct tm tm = { 0 };
	char text[64];

	(void)gmtime_r(&now, &tm);
	(void)strftime(text, sizeof(text), "%H:%M:%S UTC %a %m/%d/%Y", &tm);
	buf_printf(out, "%s\n", text);
}

void cli_put_version(struct buf *out, const struct cli_profile *profile,
    const struct cli_facts *facts)
{
	uint64_t minutes = (uint64_t)(facts->uptime / NS_PER_S / 60);

	buf_printf(out, "%s Comware Software, Version %s\n", facts->vendor,
	    profile->version);
	buf_printf(out,
	    "%s uptime is %" PRIu64 " weeks, %" PRIu64 " days, %" PRIu64
	    " hours, %" PRIu64 " minutes\n",
	    facts->product, minutes / 10080, minutes / 1440 % 7, minutes / 60 % 24,
	    minutes % 60);
}

void cli_put_manuinfo(struct buf *out, const struct cli_facts *facts)
{
	char mac[CLI_MAC_TEXT_MAX];

	(void)cli_mac_text(facts->mac, mac);
	for (char *p = mac; *p; p++) {
		if (*p >= 'a' && *p <= 'f')
			*p = (char)(*p - 'a' + 'A');
	}
	buf_printf(out, "Slot 1 CPU 0:\nDEVICE_NAME          : %s\n", facts->product);
	buf_printf(out, "DEVICE_SERIAL_NUMBER : %s\n", facts->serial);
	buf_printf(out, "MAC_ADDRESS          : %s\n", mac);
	buf_printf(out, "MANUFACTURING_DATE   : NONE\n");
	buf_printf(out, "VENDOR_NAME          : %s\n", facts->vendor);
}
