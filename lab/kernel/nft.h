/* Rules of nftables, loaded by nft(8) in the network namespace that the calling thread is in. */
#pragma once

#include "lib/base/error.h"

/* rules: a file as nft reads it. ERR_MACHINE where there is no nft, or with its first words where
 * the kernel does not take them; -errno where it cannot be started. */
int nft_load(const char *rules, struct error *err);

struct nft_mistake {
	unsigned line, column; /* from 1; 0: nft says no place */
	char text[200];
};

/* Whether nft and this kernel would take the rules, found by nft --check in namespaces of our own, which
 * end with it. 1 where they would not, with what nft says first in *ret; 0; ERR_MACHINE as nft_load(), or
 * where there are no namespaces. */
int nft_check(const char *rules, struct nft_mistake *ret, struct error *err);
