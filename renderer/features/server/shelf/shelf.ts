/** Where the core looks up models that are offered, as `192.168.1.5:1234/library/smollm2:135m`. */
export function shelfName(address: string, model: string): string {
  return `${new URL(address).host}/library/${model}`
}

/** Whether text is an IP address or a range of them, as `192.168.1.0/24`. */
export function isAddressRange(text: string): boolean {
  const [address = '', bits, ...rest] = text.split('/')
  if (rest.length > 0) return false
  const width = isIpv4(address) ? 32 : isIpv6(address) ? 128 : 0
  return width > 0 && (bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= width))
}

/** Whether text is the origin of a web page, as `https://chat.example`. */
export function isOrigin(text: string): boolean {
  if (!URL.canParse(text)) return false
  const { protocol, origin } = new URL(text)
  return /^https?:$/.test(protocol) && origin === text.toLowerCase()
}

function isIpv4(text: string): boolean {
  return /^\d{1,3}(\.\d{1,3}){3}$/.test(text) && text.split('.').every((part) => Number(part) <= 255)
}

function isIpv6(text: string): boolean {
  return text.includes(':') && /^[\da-f:.]+$/i.test(text) && URL.canParse(`http://[${text}]`)
}
