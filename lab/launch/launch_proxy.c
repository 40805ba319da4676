/* nginx or HAProxy in front of ACSs. Both are one process that stays in the foreground and logs to
 * where it was started; only one user exists in the lab, so that neither changes to another. */
#include "lab/launch/launch_internal.h"

#include "lib/base/text.h"

enum {
	CONNECTIONS = 1000 /* of CPEs and of ACSs; two of them are one that is served */
};

static const char *const version_names[] = {
	[TLS_VERSION_1_2] = "TLSv1.2",
	[TLS_VERSION_1_3] = "TLSv1.3",
};

/* What a line about one of its ACSs says: all are reached by the same scheme. */
static bool speaks_tls(const struct node_proxy *proxy)
{
	return proxy->to[0]->acs.is_https;
}

static bool does(const struct node_proxy *proxy, enum proxy_misbehaviour what)
{
	return proxy->misbehaves & what;
}

/* ---- nginx -------------------------------------------------------------------------- */

static void put_upstream(struct buf *conf, const struct node_proxy *proxy,
    const char *name, const struct node *only)
{
	long long left_out = (long long)(proxy->health / NS_PER_S);
	char ip[IPV4_TEXT_MAX];

	buf_printf(conf, "\tupstream %s {\n", name);
	if (!only && proxy->sticky == STICKY_ADDRESS)
		buf_append_text(conf, "\t\thash $remote_addr;\n");
	for (size_t i = 0; i < proxy->upstreams.len; i++) {
		const struct node *acs = proxy->to[i];

		if (only && only != acs)
			continue;
		buf_printf(conf, "\t\tserver %s:%u max_fails=%d fail_timeout=%llds;\n",
		    ipv4_text(acs->address.address, ip), (unsigned)acs->acs.port,
		    left_out > 0, MAX(left_out, 1LL));
	}
	if (proxy->keep_alive > 0)
		buf_printf(conf, "\t\tkeepalive %llu;\n",
		    (unsigned long long)proxy->keep_alive);
	buf_append_text(conf, "\t}\n");
}

/* The cookie names the ACS; each is a group of its own, so that it can be chosen. It is set where
 * a request came without it or with another one. */
static void put_route(struct buf *conf, const struct node_proxy *proxy)
{
	char ip[IPV4_TEXT_MAX];

	buf_append_text(conf,
	    "\tmap $cookie_cwmplab_acs $where {\n\t\tdefault acss;\n");
	for (size_t i = 0; i < proxy->upstreams.len; i++)
		buf_printf(conf, "\t\t%s only_%s;\n", proxy->to[i]->name,
		    proxy->to[i]->name);
	buf_append_text(conf, "\t}\n\tmap $upstream_addr $whose {\n");
	for (size_t i = 0; i < proxy->upstreams.len; i++)
		buf_printf(conf, "\t\t\"~%s:%u$\" %s;\n",
		    ipv4_text(proxy->to[i]->address.address, ip),
		    (unsigned)proxy->to[i]->acs.port, proxy->to[i]->name);
	buf_append_text(conf, "\t}\n\tmap $cookie_cwmplab_acs/$whose $route {\n"
			      "\t\tdefault \"cwmplab_acs=$whose; Path=/; HttpOnly\";\n"
			      "\t\t\"~/$\" \"\";\n");
	for (size_t i = 0; i < proxy->upstreams.len; i++)
		buf_printf(conf, "\t\t%s/%s \"\";\n", proxy->to[i]->name,
		    proxy->to[i]->name);
	buf_append_text(conf, "\t}\n");
}

static void put_nginx_tls(struct buf *conf, const struct launch_context *context,
    const struct node *node)
{
	const struct tls_range *tls = &node->proxy.tls;

	if (!node->proxy.is_https)
		return;
	buf_printf(conf,
	    "\t\tssl_certificate %s/%s.pem;\n\t\tssl_certificate_key %s/%s.key;\n"
	    "\t\tssl_protocols%s%s;\n",
	    context->tls, node->name, context->tls, node->name,
	    tls->min == TLS_VERSION_1_2 ? " TLSv1.2" : "",
	    tls->max == TLS_VERSION_1_3 ? " TLSv1.3" : "");
}

/* With a cache the answer to one CPE is given to whoever comes to the same path. */
static void put_misbehaviour(struct buf *conf, const struct node_proxy *proxy)
{
	if (does(proxy, PROXY_DROPS_COOKIE))
		buf_append_text(conf, "\t\t\tproxy_set_header Cookie \"\";\n");
	if (does(proxy, PROXY_DROPS_SET_COOKIE))
		buf_append_text(conf, "\t\t\tproxy_hide_header Set-Cookie;\n");
	if (does(proxy, PROXY_DROPS_SOAPACTION))
		buf_append_text(conf, "\t\t\tproxy_set_header SOAPAction \"\";\n");
	if (does(proxy, PROXY_ANSWERS_FROM_CACHE))
		buf_append_text(conf,
		    "\t\t\tproxy_cache answers;\n\t\t\tproxy_cache_methods POST;\n"
		    "\t\t\tproxy_cache_key $request_uri;\n"
		    "\t\t\tproxy_cache_valid 200 1m;\n"
		    "\t\t\tproxy_ignore_headers Cache-Control Expires Set-Cookie;\n");
}

static void put_location(struct buf *conf, const struct launch_context *context,
    const struct node_proxy *proxy)
{
	buf_printf(conf,
	    "\t\tlocation / {\n\t\t\tproxy_pass %s://%s;\n"
	    "\t\t\tproxy_http_version 1.1;\n"
	    "\t\t\tproxy_set_header Connection \"%s\";\n"
	    "\t\t\tproxy_set_header Host $http_host;\n"
	    "\t\t\tproxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;\n"
	    "\t\t\tproxy_set_header X-Forwarded-Proto $scheme;\n",
	    speaks_tls(proxy) ? "https" : "http",
	    proxy->sticky == STICKY_COOKIE ? "$where" : "acss",
	    proxy->keep_alive > 0 ? "" : "close");
	/* It knows one name for all of them. */
	if (speaks_tls(proxy) && proxy->upstreams.len == 1)
		buf_printf(conf,
		    "\t\t\tproxy_ssl_verify on;\n\t\t\tproxy_ssl_server_name on;\n"
		    "\t\t\tproxy_ssl_name %s;\n"
		    "\t\t\tproxy_ssl_trusted_certificate %s/ca.pem;\n",
		    proxy->to[0]->acs.host, context->tls);
	if (proxy->sticky == STICKY_COOKIE)
		buf_append_text(conf, "\t\t\tadd_header Set-Cookie $route always;\n");
	put_misbehaviour(conf, proxy);
	buf_append_text(conf, "\t\t}\n");
}

static void put_nginx(const struct launch_context *context, const struct node *node,
    struct buf *conf)
{
	const struct node_proxy *proxy = &node->proxy;
	char ip[IPV4_TEXT_MAX];

	buf_printf(conf,
	    "daemon off;\nmaster_process off;\nuser root root;\npid nginx.pid;\n"
	    "error_log stderr notice;\nevents {\n\tworker_connections %d;\n}\nhttp {\n"
	    "\tlog_format line '$time_iso8601 $remote_addr:$remote_port \"$request\" "
	    "$status from $upstream_addr';\n"
	    "\taccess_log /dev/stdout line;\n",
	    CONNECTIONS);
	/* What is large is written beside the configuration. */
	buf_append_text(conf,
	    "\tclient_body_temp_path body;\n\tproxy_temp_path proxy;\n"
	    "\tfastcgi_temp_path fastcgi;\n\tuwsgi_temp_path uwsgi;\n"
	    "\tscgi_temp_path scgi;\n\tclient_max_body_size 0;\n"
	    "\tkeepalive_requests 1000000;\n\tmap_hash_bucket_size 256;\n");
	if (does(proxy, PROXY_ANSWERS_FROM_CACHE))
		buf_append_text(conf,
		    "\tproxy_cache_path cache keys_zone=answers:1m;\n");
	put_upstream(conf, proxy, "acss", NULL);
	for (size_t i = 0; proxy->sticky == STICKY_COOKIE && i < proxy->upstreams.len;
	     i++) {
		char name[TOPOLOGY_NAME_MAX + 8];

		(void)snprintf(name, sizeof(name), "only_%s", proxy->to[i]->name);
		put_upstream(conf, proxy, name, proxy->to[i]);
	}
	if (proxy->sticky == STICKY_COOKIE)
		put_route(conf, proxy);
	buf_printf(conf, "\tserver {\n\t\tlisten %s:%u%s;\n",
	    ipv4_text(node->address.address, ip), (unsigned)proxy->port,
	    proxy->is_https ? " ssl" : "");
	put_nginx_tls(conf, context, node);
	put_location(conf, context, proxy);
	buf_append_text(conf, "\t}\n}\n");
}

/* ---- HAProxy ------------------------------------------------------------------------ */

static void put_server(struct buf *conf, const struct launch_context *context,
    const struct node_proxy *proxy, const struct node *acs)
{
	char ip[IPV4_TEXT_MAX];

	buf_printf(conf, "\tserver %s %s:%u", acs->name,
	    ipv4_text(acs->address.address, ip), (unsigned)acs->acs.port);
	if (proxy->keep_alive > 0)
		buf_printf(conf, " pool-max-conn %llu",
		    (unsigned long long)proxy->keep_alive);
	if (proxy->health > 0)
		buf_printf(conf, " check inter %lldms",
		    (long long)(proxy->health / NS_PER_MS));
	if (proxy->sticky == STICKY_COOKIE)
		buf_printf(conf, " cookie %s", acs->name);
	if (speaks_tls(proxy))
		buf_printf(conf,
		    " ssl verify required ca-file %s/ca.pem sni str(%s)%s%s",
		    context->tls, acs->acs.host, proxy->health > 0 ? " check-sni " : "",
		    proxy->health > 0 ? acs->acs.host : "");
	buf_append_char(conf, '\n');
}

static void put_backend(struct buf *conf, const struct launch_context *context,
    const struct node_proxy *proxy)
{
	buf_printf(conf, "backend acss\n\tbalance %s\n",
	    proxy->sticky == STICKY_ADDRESS ? "source" : "roundrobin");
	if (proxy->sticky == STICKY_COOKIE)
		buf_append_text(conf, "\tcookie cwmplab_acs insert indirect nocache\n");
	/* A connection alone, which says nothing, would look like a CPE that gave up. */
	if (proxy->health > 0)
		buf_append_text(conf,
		    "\toption httpchk GET /\n\thttp-check expect rstatus ^[2345]\n");
	if (does(proxy, PROXY_DROPS_COOKIE))
		buf_append_text(conf, "\thttp-request del-header Cookie\n");
	if (does(proxy, PROXY_DROPS_SOAPACTION))
		buf_append_text(conf, "\thttp-request del-header SOAPAction\n");
	if (does(proxy, PROXY_DROPS_SET_COOKIE))
		buf_append_text(conf, "\thttp-response del-header Set-Cookie\n");
	for (size_t i = 0; i < proxy->upstreams.len; i++)
		put_server(conf, context, proxy, proxy->to[i]);
}

static void put_haproxy(const struct launch_context *context, const struct node *node,
    struct buf *conf)
{
	const struct node_proxy *proxy = &node->proxy;
	char ip[IPV4_TEXT_MAX];

	buf_printf(conf,
	    "global\n\tmaxconn %d\n\tlog stdout format raw local0\n"
	    "defaults\n\tmode http\n\tlog global\n\toption httplog\n"
	    "\toption forwardfor\n\ttimeout connect 5s\n\ttimeout client 90s\n"
	    "\ttimeout server 90s\n\t%s\nfrontend cpes\n\tbind %s:%u",
	    CONNECTIONS / 3,
	    proxy->keep_alive > 0 ? "http-reuse always" : "option http-server-close",
	    ipv4_text(node->address.address, ip), (unsigned)proxy->port);
	if (proxy->is_https)
		buf_printf(conf, " ssl crt %s/%s.both ssl-min-ver %s ssl-max-ver %s",
		    context->tls, node->name, version_names[proxy->tls.min],
		    version_names[proxy->tls.max]);
	buf_append_text(conf,
	    "\n\thttp-request set-header X-Forwarded-Proto http unless { ssl_fc }\n"
	    "\thttp-request set-header X-Forwarded-Proto https if { ssl_fc }\n"
	    "\tdefault_backend acss\n");
	put_backend(conf, context, proxy);
}

/* ---- the program -------------------------------------------------------------------- */

int launch_proxy(const struct launch_context *context, const struct node *node,
    struct launch *launch, struct error *err)
{
	auto_buf conf = BUF_NULL;
	bool is_nginx = node->proxy.engine == PROXY_NGINX;
	const char *file = is_nginx ? "nginx.conf" : "haproxy.cfg";

	launch_folder(launch, node);
	if (is_nginx)
		put_nginx(context, node, &conf);
	else
		put_haproxy(context, node, &conf);
	if (conf.error)
		return error_set(err, conf.error, "its configuration: %s",
		    error_name(conf.error));
	launch_file(launch, file, buf_str(&conf));
	launch->tcp_port = node->proxy.port;
	launch->package = is_nginx ? "nginx-light" : "haproxy";
	launch_arg(launch, is_nginx ? "nginx" : "haproxy");
	if (is_nginx) {
		launch_arg(launch, "-e");
		launch_arg(launch, "stderr");
		launch_arg(launch, "-p");
		launch_arg(launch, "%s", launch->folder ? launch->folder : "");
		launch_arg(launch, "-c");
	} else {
		launch_arg(launch, "-db");
		launch_arg(launch, "-f");
	}
	launch_arg(launch, "%s/%s", launch->folder ? launch->folder : "", file);
	return 0;
}
