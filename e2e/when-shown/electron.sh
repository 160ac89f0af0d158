#!/usr/bin/env bash
# Electron, which tells the address of its DevTools only once its page has come up.
exec "$HEARTH_E2E_ELECTRON" "$@" 2> >(exec "$HEARTH_E2E_NODE" "$(dirname "$0")/hold-address.mjs")
