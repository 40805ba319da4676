#include "agents/common/tell/tell_rows.h"

#include <stddef.h>

// clang-format off
const struct tell_row tell_rows[] = {
	/* all of them */
	{ "ready", TELL_ANY, "{node}: ready[, {cpes} CPEs of model {model}, seed {seed}][, CPEs find it at {url}]"
	                     "[, serves {pools} pools on {interface}]"
	                     "[, relays clients of {ports} ports to {servers} servers]" },
	{ "lost", TELL_ANY, "{node}: {events} events[ of kind {of}] are left out here" },
	{ "failed", TELL_ANY, "{node}: gives up: {why}" },

	/* what they did, in the end */
	{ "stopped", TELL_ANY, "{node}: stopped after {sessions} sessions, {failed} failed, and {refused} refused "
	                       "requests; {devices} CPEs known" },
	{ "stopped", TELL_ANY, "{node}: stopped after {sessions} sessions of {cpes} CPEs, {failed} failed"
	                       "[; {unwell} CPEs were not well in the end]" },
	{ "stopped", TELL_ANY, "{node}: stopped with {leases} leases; {acks} requests acknowledged, {naks} refused, "
	                       "{unserved} not served" },

	{ "stopped", TELL_ANY, "{node}: stopped after {packets} packets, {dropped} dropped[; {ports_ended} ports ended before]" },
	{ "stopped", TELL_ANY, "{node}: stopped after {requests} requests and {replies} replies, {dropped} dropped" },
	{ "load", TELL_ANY, "{node}: {offered} offered, {started} started, {completed} completed, {failed} failed, "
	  "{shed} shed[, {open} open]" },
	{ "acs-restart", TELL_ANY, "{node}: its ACS is to be gone for {for_ms}" },
	{ "load-end", TELL_ANY, "{node}: {verdict}: {completed} of {started} sessions completed, {failed} failed, "
	  "{shed} shed[: {why}]" },
	{ "port_ended", TELL_ANY, "{node}: {port} has ended: {why}" },

	/* a side that plays a sequence */
	{ "step", TELL_ANY, "{node}: step {step}, {what}, is passed over: {skipped}" },
	{ "step", TELL_WELL, "{node}: step {step}, {what}[, message {message}]" },
	{ "step", TELL_ILL, "{node}: step {step}, {what}, does not hold[, message {message}]" },
	{ "played", TELL_ANY, "" }, /* the log says it in words */

	/* ACS */
	{ "inform", TELL_ANY, "{cpe}: informs from {address}[: {events}]" },
	{ "session-end", TELL_WELL, "{cpe}: session over" },
	{ "session-end", TELL_ILL, "{cpe}: session failed ({address}): {why}" },
	{ "session-end", TELL_ILL, "{address}: session failed: {why}" },
	{ "rpc", TELL_WELL, "{cpe}: answers {method}[ (task {task})]" },
	{ "rpc", TELL_ILL, "{cpe}: answers {method}[ (task {task})] with fault {fault}[ {text}][: {parameters}]" },
	{ "rpc", TELL_ILL, "{cpe}: {method}[ (task {task})] fails: {why}[: {parameters}]" },
	{ "request", TELL_WELL, "{cpe}: sends {method}[ {command}][, key {command-key}][, {file-type}]"
	                        "[, {url}][: fault {fault}][ {text}]" },
	{ "request", TELL_ILL, "{cpe}: sends {method}, and is answered with fault {answered}" },
	{ "result", TELL_WELL, "{cpe}: task {task}, {method}, is done" },
	{ "result", TELL_ILL, "{cpe}: task {task}, {method}, failed[: fault {fault}][: {text}][: {why}]" },
	{ "policy", TELL_ANY, "{cpe}: the policy ends here: {why}" },
	{ "policy-loaded", TELL_ANY, "{node}: goes by {file} now" },
	{ "file", TELL_ANY, "{address}: {method} {target}: {status}, {bytes} bytes" },
	{ "refused", TELL_ANY, "{?challenge}" },
	{ "refused", TELL_ANY, "{?session}" }, /* its end is a line */
	{ "refused", TELL_ANY, "{address}: refused with {status}[ at {target}][, as \"{username}\"]: {why}" },
	{ "refused", TELL_ANY, "{address}: refused in {layer}: {why}" },
	{ "tolerated", TELL_ANY, "{address}: {why}; let pass" },
	{ "call", TELL_WELL, "{cpe}: called by {by}: {why}" },
	{ "call", TELL_ILL, "{cpe}: called by {by}, in vain: {why}" },
	{ "sweep", TELL_ANY, "{node}: {calls} called, {came} came" },
	{ "certificate", TELL_ANY, "{cpe}: informs from {address} with the certificate of {name}[{?refused}, and is refused]" },
	{ "notification", TELL_WELL, "{cpe}: notifies from {address}: a copy{?copy} of what was told" },
	{ "notification", TELL_WELL, "{cpe}: notifies from {address}[: {parameters}]" },
	{ "notification", TELL_ILL, "{address}: a notification is not believed: {why}" },

	/* DHCP servers; their clients are known by MAC */
	{ "offer", TELL_ANY, "" },
	{ "ack", TELL_ANY, "{mac}: has {address}" },
	{ "nak", TELL_ANY, "{mac}: is refused {address}" },
	{ "declined", TELL_ANY, "{mac}: declines {address}, which somebody else has" },
	{ "released", TELL_ANY, "{mac}: gives {address} back" },
	{ "unserved", TELL_ANY, "{mac}: {message} is not served: {why}" },

	/* DHCP relays */
	{ "dropped", TELL_ANY, "{mac}: dropped: {why}" },
	{ "bare", TELL_ANY, "{mac}: {why}" },

	/* CPEs */
	{ "notification", TELL_ANY, "{node}: notifies {to} of {parameters} values" },
	{ "lease", TELL_ANY, "{node}: has {address}/{prefix} from {server} {?infinite}for ever[, ACS {acs_url}]" },
	{ "lease", TELL_ANY, "{node}: has {address}/{prefix} from {server} for {lease_s} s[, ACS {acs_url}][, prefix {delegated}]" },
	{ "lease", TELL_ANY, "{node}: has {address}/{prefix} of {server}'s prefix[, ACS {acs_url}][, prefix {delegated}]" },
	{ "lease-lost", TELL_ANY, "{node}: loses {address}: {why}" },
	{ "nak", TELL_ANY, "{node}: is refused {address}[: {why}]" },
	{ "declined", TELL_ANY, "{node}: declines {address}: {why}" },
	{ "offer-ignored", TELL_ANY, "{node}: ignores the offer of {address}: {why}" },
	{ "acs", TELL_ANY, "{node}: its ACS is {url} ({source})" },
	{ "session-start", TELL_ANY, "{node}: informs {url}[: {events}][ (retry {retry_count})]" },
	{ "session-end", TELL_WELL, "{node}: session over" },
	{ "session-end", TELL_ILL, "{node}: session[ with {url}] failed in {layer}: {why}" },
	{ "retry", TELL_ANY, "{node}: retry {retry_count} in {wait_ms}" },
	{ "reachable", TELL_ANY, "{node}: can be called at {url}" },
	{ "call", TELL_ANY, "{node}: called by {address}, and refuses[ with {status}]: {why}" },
	{ "call", TELL_ANY, "{node}: called by {address}" },
	{ "moved", TELL_ANY, "{node}: moves from {from} to {to}" },
	{ "transfer-start", TELL_ANY, "{node}: {?download}downloads {url}" },
	{ "transfer-start", TELL_ANY, "{node}: uploads to {url}" },
	{ "transfer-end", TELL_WELL, "{node}: has transferred {url}" },
	{ "transfer-end", TELL_ILL, "{node}: transfer of {url} failed: fault {fault}: {why}" },
	{ "unit", TELL_WELL, "{node}: {do} of a deployment unit: {state}[, {url}]" },
	{ "unit", TELL_ILL, "{node}: {do} of a deployment unit failed[, {url}]: fault {fault}: {why}" },
	{ "diagnostic-start", TELL_ANY, "{node}: begins {diagnostic} ({object})" },
	{ "diagnostic-end", TELL_ANY, "{node}: {diagnostic} ends: {state}" },
	{ "flash", TELL_ANY, "{node}: writes its new image for {dark_ms}" },
	{ "binding", TELL_ANY, "{node}: its NAT keeps a binding for {lives_s} s" },
	{ "settled", TELL_ANY, "" },
	{ NULL, TELL_ANY, NULL },
};
// clang-format on
