/* How an ACS is reached, whoever names it: by its URL, with the TLS versions of both ends. */
#include "lab/topology/topology_internal.h"
#include "lib/proto/url.h"

int topology_check_url(const struct topology *t, const struct conf_node *at,
    const char *text, struct url *ret, struct error *err)
{
	struct error why = ERROR_NULL;
	int r = url_parse(ret, str_of(text), &why);

	if (r == ERR_UNSUPPORTED)
		return conf_fail(t->doc, at, "http://... or https://...", err,
		    "\"%.80s\": an ACS is reached by http or https", text);
	if (r < 0)
		return conf_fail(t->doc, at, "such as https://acs1.lab:7548/cwmp", err,
		    "\"%.80s\" is no URL: %.160s", text, why.text);
	return 0;
}

int topology_check_tls(const struct topology *t, const struct conf_node *at,
    const struct tls_range *range, struct error *err)
{
	if (range->min <= range->max)
		return 0;
	return conf_fail(t->doc, at, NULL, err,
	    "\"min\" is above \"max\": no TLS version is left");
}
