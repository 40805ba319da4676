/* A lab of load tests: one of a fleet behind a node of its own, one from a single address. */
#pragma once

static const char load_lab[] =
    "name: t\n"
    "nodes:\n"
    "  homes: {kind: load, attach: sw1, address: 10.0.0.20/24, acs: acs1,\n"
    "    sources: 100.64.0.0/16, profile: profile.yaml, keeps: [SES, RTY-02]}\n"
    "  sw1: {kind: switch}\n"
    "  acs1: {kind: acs, attach: sw1, address: 10.0.0.11/24,\n"
    "    url: \"https://acs1.lab/cwmp?x=1\", auth: digest, username: u, password: p,\n"
    "    limit: {sessions: 7, rate: 500, retry-after: 2s}}\n"
    "  h: {kind: host, attach: sw1, address: 10.0.0.30/24}\n"
    "  far: {kind: switch}\n"
    "  g: {kind: host, attach: far, address: 10.9.0.30/24}\n"
    "  street: {kind: load, attach: far, address: 10.9.0.20/24,\n"
    "    acs: \"http://10.9.0.30:80/\",\n"
    "    profile: {cpes: 0020, model: ./box.yaml, bootstrap: yes,\n"
    "      mix: [{weight: 07}, {weight: 3, quirks: [no-cookies]}],\n"
    "      arrival: {ramp: 1s}, thresholds: completed>=20}}\n";
