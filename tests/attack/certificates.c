#include "tests/attack/certificates.h"

#include "agents/pki/pki.h"

#include <stdio.h>

#define DAY (86400 * NS_PER_S)

static void die(const struct error *err)
{
	(void)fprintf(stderr, "%s\n", err->text);
	exit(1);
}

static struct pki_ca *make_ca(const char *name)
{
	struct pki_ca *ca = NULL;
	struct error err = ERROR_NULL;

	if (pki_ca_new(&ca, name, clock_wall(), &err) < 0)
		die(&err);
	return ca;
}

static void issue(const struct pki_ca *ca, enum certificate_kind kind,
    const struct certificate *paths)
{
	static const char *const right[] = { "acs.lab" }, *const other[] = {
		"other.lab"
	};
	static const uint32_t here[] = { 0x7f000001 }, elsewhere[] = { 0xc0000201 };
	const clock_ns now = clock_wall();
	bool is_other = kind == CERTIFICATE_OTHER_NAME;
	const struct pki_request request = { .names = is_other ? other : right,
		.n_names = 1,
		.addresses = is_other ? elsewhere : here,
		.n_addresses = 1,
		.not_before = now - DAY,
		.not_after = kind == CERTIFICATE_EXPIRED ? now - NS_PER_S : now + DAY };
	struct error err = ERROR_NULL;

	if (pki_issue(ca, &request, paths->chain, paths->key, &err) < 0)
		die(&err);
}

void certificates_make(struct certificates *ret, const struct stage *stage)
{
	auto_cleanup(pki_ca_free) struct pki_ca *known = make_ca("known CA");
	auto_cleanup(pki_ca_free) struct pki_ca *unknown = make_ca("unknown CA");
	struct error err = ERROR_NULL;

	(void)snprintf(ret->ca, sizeof(ret->ca), "%s/ca.pem", stage->folder);
	if (pki_ca_write(known, ret->ca, &err) < 0)
		die(&err);
	for (int i = 0; i < CERTIFICATES; i++) {
		struct certificate *item = &ret->items[i];

		(void)snprintf(item->chain, sizeof(item->chain), "%s/acs-%d.pem",
		    stage->folder, i);
		(void)snprintf(item->key, sizeof(item->key), "%s/acs-%d.key",
		    stage->folder, i);
		issue(i == CERTIFICATE_UNKNOWN ? unknown : known,
		    (enum certificate_kind)i, item);
	}
}
