/* Rules of nftables, loaded by nft(8) in the network namespace that the calling thread is in. */
#pragma once

#include "lib/base/error.h"

/* rules: a file as nft reads it. ERR_MACHINE where there is no nft, or with its first words where
 * the kernel does not take them; -errno where it cannot be started. */
int nft_load(const char *rules, struct error *err);
