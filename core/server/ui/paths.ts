/** Files and doors of the interface, which browsers enter by a link instead of a key. All else is for programs, as is the one file of the API reference. */
export const INTERFACE = /^\/(?:$|enter$|session$|assets\/|(?!openapi\.json$)[\w-]+\.\w+$)/
