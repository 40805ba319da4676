/* Where a message of DHCP stands on the way to a lease, in both its versions. */
#pragma once

enum lease_step {
	LEASE_OTHER,
	LEASE_SOUGHT,  /* DISCOVER, SOLICIT */
	LEASE_OFFERED, /* OFFER, ADVERTISE */
	LEASE_ASKED,   /* REQUEST, RENEW, REBIND, INFORMATION-REQUEST */
	LEASE_GIVEN,   /* ACK; a REPLY with an address or options */
	LEASE_REFUSED  /* NAK; a REPLY whose status is an error */
};
