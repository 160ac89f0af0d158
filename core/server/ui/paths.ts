/** Files and doors of the interface, which browsers enter by a link instead of a key. All else is for programs. */
export const INTERFACE = /^\/(?:$|enter$|session$|assets\/|[\w-]+\.\w+$)/
