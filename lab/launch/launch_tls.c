/* The lab's CA and the certificates of its ACSs and proxies, right ones and those that teach what
 * goes wrong. They live as long as the lab's /run. */
#include "lab/launch/launch_issuer.h"

#include "lib/base/cleanup.h"
#include "lib/base/text.h"
#include "lib/program/whole_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
	PEM_MAX = 1 << 20
};

struct server { /* what of a node its certificate is about */
	enum acs_certificate kind;
	const char *host;
	const struct conf_strings *names;
};

/* False: it has no certificate. */
static bool server_of(const struct node *node, struct server *ret)
{
	const struct node_acs *acs = &node->acs;
	const struct node_proxy *proxy = &node->proxy;

	if (node->kind == NODE_ACS && acs->is_https)
		*ret = (struct server){ (enum acs_certificate)acs->certificate,
			acs->host, &acs->names };
	else if (node->kind == NODE_PROXY && proxy->is_https)
		*ret = (struct server){ (enum acs_certificate)proxy->certificate,
			proxy->host, &proxy->names };
	else
		return false;
	return true;
}

/* The names of the certificate: host of the URL, name in the lab's DNS, names beside. names has
 * room for these. */
static size_t list_names(const struct server *server, const char *own_name,
    const char **names)
{
	size_t n = 0;

	if (server->kind == CERTIFICATE_OTHER_NAME) {
		names[n++] = "another-host.example";
		return n;
	}
	names[n++] = server->host;
	if (strcmp(server->host, own_name) != 0)
		names[n++] = own_name;
	for (size_t i = 0; i < server->names->len; i++)
		names[n++] = server->names->items[i];
	return n;
}

/* HAProxy reads certificate and key from one file. */
static int join(const char *certificate, const char *key, const char *path,
    struct error *err)
{
	auto_buf first = BUF_NULL, second = BUF_NULL;
	auto_fd fd = -1;

	if (whole_file_read(certificate, PEM_MAX, &first, err) < 0 ||
	    whole_file_read(key, PEM_MAX, &second, err) < 0)
		return err->code;
	buf_append_str(&first, buf_str(&second));
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	if (fd < 0 || write(fd, first.data, first.len) != (ssize_t)first.len)
		return error_set(err, fd < 0 ? -errno : -ENOSPC, "%s: %s", path,
		    error_name(fd < 0 ? -errno : -ENOSPC));
	return 0;
}

static int issue(struct issuer *issuer, const struct node *node,
    const struct server *server, struct error *err)
{
	const clock_ns around = LAUNCH_DAY_NS;
	enum acs_certificate kind = server->kind;
	const struct pki_ca *ca =
	    kind == CERTIFICATE_OTHER_CA ? launch_other_ca(issuer, err) : issuer->lab;
	auto_free const char **names = calloc(server->names->len + 2, sizeof(*names));
	char own_name[300], certificate[LAUNCH_PATH_MAX], key[LAUNCH_PATH_MAX];
	char both[LAUNCH_PATH_MAX];
	struct pki_request request = {
		.names = names,
		.addresses = &node->address.address,
		.n_addresses =
		    kind != CERTIFICATE_OTHER_NAME && node->address.prefix > 0,
		.address6 = kind != CERTIFICATE_OTHER_NAME && node->address6.prefix > 0
				? node->address6.address
				: NULL,
		.has_common_name_alone = kind == CERTIFICATE_COMMON_NAME,
		.not_before = issuer->now - around,
		.not_after = issuer->now + 365 * around,
	};

	if (!ca)
		return err->code;
	if (!names)
		return error_set(err, -ENOMEM, "no memory for the names of %s",
		    node->name);
	(void)snprintf(own_name, sizeof(own_name), "%s.%s", node->name, issuer->domain);
	request.n_names = list_names(server, own_name, names);
	if (kind == CERTIFICATE_EXPIRED) {
		request.not_before = issuer->now - 30 * around;
		request.not_after = issuer->now - around;
	}
	(void)snprintf(certificate, sizeof(certificate), "%s/%s.pem", issuer->folder,
	    node->name);
	(void)snprintf(key, sizeof(key), "%s/%s.key", issuer->folder, node->name);
	if (pki_issue(ca, &request, certificate, key, err) < 0)
		return error_prefix(err, "certificate of %s", node->name);
	if (node->kind != NODE_PROXY)
		return 0;
	(void)snprintf(both, sizeof(both), "%s/%s.both", issuer->folder, node->name);
	return join(certificate, key, both, err);
}

static bool wants_tls(const struct topology *topology)
{
	for (size_t i = 0; i < topology->n_nodes; i++) {
		const struct node *node = &topology->nodes[i];
		struct server server;

		if (node_is_cpe(node) || node->kind == NODE_LOAD ||
		    server_of(node, &server))
			return true;
	}
	return false;
}

/* For ACSs that ask CPEs for certificates. */
static int write_crl(const struct topology *topology, const struct issuer *issuer,
    struct error *err)
{
	char path[LAUNCH_PATH_MAX];
	bool is_wanted = false;

	for (size_t i = 0; i < topology->n_nodes; i++)
		is_wanted = is_wanted || (topology->nodes[i].kind == NODE_ACS &&
					     topology->nodes[i].acs.asks != 0);
	(void)snprintf(path, sizeof(path), "%s/crl.pem", issuer->folder);
	return is_wanted ? pki_crl_write(issuer->lab, issuer->now, path, err) : 0;
}

static int issue_all(struct issuer *issuer, const struct topology *topology,
    const bool *is_due, struct error *err)
{
	for (size_t i = 0; i < topology->n_nodes; i++) {
		const struct node *node = &topology->nodes[i];
		struct server server;
		int r = 0;

		if (is_due && !is_due[i])
			continue;
		if (server_of(node, &server))
			r = issue(issuer, node, &server, err);
		if (node_is_cpe(node))
			r = launch_issue_cpes(issuer, node, err);
		if (r < 0)
			return r;
	}
	return write_crl(topology, issuer, err);
}

static int begin(const struct topology *topology, const char *folder,
    struct issuer **ret, struct error *err)
{
	struct issuer *issuer = calloc(1, sizeof(*issuer));
	char name[TOPOLOGY_NAME_MAX + 16], path[LAUNCH_PATH_MAX];

	if (!issuer)
		return error_set(err, -ENOMEM, "no memory for the CA of the lab");
	*ret = issuer;
	issuer->folder = folder;
	if (mkdir(folder, 0700) < 0)
		return error_set(err, -errno, "%s: %s", folder, error_name(-errno));
	(void)snprintf(name, sizeof(name), "%s lab CA", topology->name);
	(void)snprintf(path, sizeof(path), "%s/ca.pem", folder);
	return pki_ca_new(&issuer->lab, name, clock_wall(), err) < 0 ||
		       pki_ca_write(issuer->lab, path, err) < 0
		   ? err->code
		   : 0;
}

int launch_renew_tls(const struct topology *topology, const char *folder,
    const bool *is_due, struct issuer **issuer, struct error *err)
{
	if (!wants_tls(topology))
		return 0;
	if (!*issuer && begin(topology, folder, issuer, err) < 0) {
		launch_issuer_free(*issuer);
		*issuer = NULL;
		return err->code;
	}
	(*issuer)->domain = topology->domain;
	(*issuer)->now = clock_wall();
	return issue_all(*issuer, topology, is_due, err);
}

int launch_prepare_tls(const struct topology *topology, const char *folder,
    struct issuer **ret, struct error *err)
{
	*ret = NULL;
	return launch_renew_tls(topology, folder, NULL, ret, err);
}

/* ---- what they rest on ------------------------------------------------------------------ */

static void put_server(struct buf *out, const struct topology *topology,
    const struct node *node, const struct server *server)
{
	char address[IPV6_TEXT_MAX];

	buf_printf(out, "certificate %d %s %s", (int)server->kind, server->host,
	    topology->domain);
	for (size_t i = 0; i < server->names->len; i++)
		buf_printf(out, " %s", server->names->items[i]);
	buf_printf(out, " %s\n", node_address_text(node, address));
}

static void put_cpes(struct buf *out, const struct node *node)
{
	buf_printf(out, "certificates %s %d %llu\n", node->name, node->cpe.certificate,
	    (unsigned long long)node->cpe.count);
}

void launch_put_tls_facts(struct buf *out, const struct topology *topology,
    const struct node *node)
{
	bool asks = node->kind == NODE_ACS && node->acs.asks != 0;
	struct server server;

	if (server_of(node, &server))
		put_server(out, topology, node, &server);
	if (node_is_cpe(node))
		put_cpes(out, node);
	/* It reads the list of those that were revoked once. */
	for (size_t i = 0; asks && i < topology->n_nodes; i++) {
		const struct node *other = &topology->nodes[i];

		if (node_is_cpe(other) &&
		    other->cpe.certificate == CPE_CERTIFICATE_REVOKED)
			put_cpes(out, other);
	}
}
