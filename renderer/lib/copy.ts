/** Puts text on the clipboard. Rejects when the browser does not allow it. */
export async function copyText(text: string): Promise<void> {
  // The Clipboard API exists only in secure contexts; a server reached over plain http on a LAN is none.
  if (navigator.clipboard !== undefined) {
    await navigator.clipboard.writeText(text)
    return
  }
  const area = document.createElement('textarea')
  area.value = text
  area.setAttribute('readonly', '')
  area.className = 'sr-only'
  document.body.append(area)
  area.select()
  const copied = document.execCommand('copy')
  area.remove()
  if (!copied) throw new Error('The browser did not allow copying.')
}
