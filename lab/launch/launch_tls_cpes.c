/* Certificates of CPEs, right ones and those that teach what goes wrong. */
#include "lab/launch/launch_issuer.h"

#include "agents/common/tls_own.h"
#include "agents/cpe/model/model.h"
#include "lib/cwmp/device_name.h"

_Static_assert((int)TOPOLOGY_CERTIFICATES_MAX <= (int)TLS_OWN_MAX,
    "a node's CPEs read their certificates from one file");

struct order { /* the certificates of one node */
	struct issuer *issuer;
	const struct node *node;
	const struct model *model;
	const struct pki_ca *ca;
	struct pki_devices *devices;
};

#define OTHER_SERIAL "another"

/* A CPE shows the only certificate of its file, whatever its name. */
static bool is_for_all(const struct node *node)
{
	return node->cpe.certificate == CPE_CERTIFICATE_OTHER_NAME;
}

static int name_cpe(const struct order *order, uint64_t i,
    char name[CWMP_DEVICE_NAME_MAX], struct error *err)
{
	char own[SERIAL_TEXT_MAX];
	const char *serial =
	    is_for_all(order->node) ? OTHER_SERIAL : node_serial(order->node, i, own);
	const struct cwmp_device_id id = {
		.oui = str_of(order->model->oui->value),
		.product_class = str_of(order->model->product_class->value),
		.serial_number = str_of(serial),
	};

	if (cwmp_device_name(&id, name) == 0)
		return 0;
	return error_set(err, ERR_LIMIT,
	    "the serial number \"%s\" is too long for a certificate, whose common name "
	    "has 64 characters",
	    serial);
}

static int issue_one(const struct order *order, uint64_t i, struct error *err)
{
	struct issuer *issuer = order->issuer;
	bool is_expired = order->node->cpe.certificate == CPE_CERTIFICATE_EXPIRED;
	bool is_revoked = order->node->cpe.certificate == CPE_CERTIFICATE_REVOKED;
	clock_ns from = issuer->now - (is_expired ? 30 : 1) * LAUNCH_DAY_NS;
	clock_ns until = is_expired ? issuer->now - LAUNCH_DAY_NS
				    : issuer->now + 365 * LAUNCH_DAY_NS;
	char name[CWMP_DEVICE_NAME_MAX];
	uint64_t serial;
	int r = name_cpe(order, i, name, err);

	if (r == 0)
		r = pki_devices_add(order->devices, order->ca, name, from, until,
		    &serial, err);
	if (r == 0 && is_revoked)
		r = pki_revoke(issuer->lab, serial, issuer->now, err);
	return r;
}

static int issue_all(struct order *order, struct error *err)
{
	auto_cleanup(pki_devices_free) struct pki_devices *devices = NULL;
	char certificates[LAUNCH_PATH_MAX], key[LAUNCH_PATH_MAX];
	uint64_t n;
	int r;

	(void)snprintf(certificates, sizeof(certificates), "%s/%s.pem",
	    order->issuer->folder, order->node->name);
	(void)snprintf(key, sizeof(key), "%s/%s.key", order->issuer->folder,
	    order->node->name);
	r = pki_devices_new(&devices, certificates, key, err);
	order->devices = devices;
	n = is_for_all(order->node) ? 1 : order->node->cpe.count;
	for (uint64_t i = 1; i <= n && r == 0; i++)
		r = issue_one(order, i, err);
	return r < 0 ? r : pki_devices_end(devices, err);
}

int launch_issue_cpes(struct issuer *issuer, const struct node *node, struct error *err)
{
	auto_cleanup(model_free) struct model *model = NULL;
	struct order order = { .issuer = issuer, .node = node };
	int r;

	if (node->cpe.certificate == CPE_CERTIFICATE_NONE)
		return 0;
	order.ca = node->cpe.certificate == CPE_CERTIFICATE_OTHER_CA
		       ? launch_other_ca(issuer, err)
		       : issuer->lab;
	if (!order.ca)
		return err->code;
	r = model_load(node->cpe.model_path, &model, err);
	if (r < 0)
		return r;
	order.model = model;
	r = issue_all(&order, err);
	return r < 0 ? error_prefix(err, "certificates of %s", node->name) : 0;
}
