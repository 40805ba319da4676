/* One lab for the unit tests of what comes after its plan. */
#pragma once

#include "tests/unit/topology/topologies.h"

#include "lab/plan/plan.h"

static const char small_lab[] =
    "name: t\n"
    "nodes:\n"
    "  sw1: {kind: switch}\n"
    "  dns: {kind: dns, attach: sw1, address: 10.0.0.3/24}\n"
    "  dhcp:\n"
    "    kind: dhcp\n"
    "    attach: sw1\n"
    "    address: 10.0.0.2/24\n"
    "    pools:\n"
    "      - range: 10.0.0.100-10.0.0.199\n"
    "        dns: [dns]\n"
    "        acs: {format: comware, url: \"http://acs1.lab:7547/cwmp\","
    " username: u, password: p}\n"
    "  acs1: {kind: acs, attach: sw1, address: 10.0.0.11/24,"
    " url: \"http://acs1.lab:7547/cwmp\"}\n"
    "  cpe: {kind: cpe, count: 2, attach: sw1, model: box}\n"
    "expect:\n"
    "  - {sequence: acs-migration, nodes: cpe, within: 30s}\n";

static inline struct plan *must_build(const struct topology *topology)
{
	struct plan *plan = NULL;
	struct error err = ERROR_NULL;

	if (plan_build(topology, &plan, &err) < 0)
		fail_msg("%s", err.text);
	return plan;
}
