/* interop_acs_pki FOLDER: writes ca.pem, and acs.pem with acs.key for acs1.lab and
 * 127.0.0.1, as a lab does. */
#include "agents/pki/pki.h"

#include <stdio.h>

int main(int argc, char **argv)
{
	static const char *const names[] = { "acs1.lab" };
	static const uint32_t addresses[] = { 0x7f000001 };
	const clock_ns now = clock_wall(), day = 86400 * NS_PER_S;
	const struct pki_request request = {
		.names = names,
		.n_names = 1,
		.addresses = addresses,
		.n_addresses = 1,
		.not_before = now - day,
		.not_after = now + day,
	};
	auto_cleanup(pki_ca_free) struct pki_ca *ca = NULL;
	char ca_path[512], certificate[512], key[512];
	struct error err = ERROR_NULL;

	if (argc != 2)
		return 2;
	(void)snprintf(ca_path, sizeof(ca_path), "%s/ca.pem", argv[1]);
	(void)snprintf(certificate, sizeof(certificate), "%s/acs.pem", argv[1]);
	(void)snprintf(key, sizeof(key), "%s/acs.key", argv[1]);
	if (pki_ca_new(&ca, "interop CA", now, &err) < 0 ||
	    pki_ca_write(ca, ca_path, &err) < 0 ||
	    pki_issue(ca, &request, certificate, key, &err) < 0) {
		(void)fprintf(stderr, "%s\n", err.text);
		return 1;
	}
	return 0;
}
