/** Whether the other end of a socket is this machine, as `127.0.0.1`, `::1` or `::ffff:127.0.0.1`. */
export function isLoopbackAddress(address: string | undefined): boolean {
  if (address === undefined) return false
  const plain = address.replace(/^::ffff:/i, '')
  return plain === '::1' || /^127(?:\.\d{1,3}){3}$/.test(plain)
}

/** Whether a host to bind, or to be called by, means only this machine: an address or a loopback name. */
export function isLoopbackHost(host: string): boolean {
  const name = host.toLowerCase().replace(/^\[(.*)\]$/, '$1')
  return isLoopbackAddress(name) || name === 'localhost' || name.endsWith('.localhost')
}
