import { safeStorage } from 'electron'

/**
 * Whether the operating system keeps a key that other users and other programs' files do not reveal. It is told without
 * opening the keychain: a question about its password belongs to the moment in which a secret is kept.
 */
export function canEncrypt(): boolean {
  if (process.platform === 'darwin') return true
  if (process.platform !== 'linux') return safeStorage.isEncryptionAvailable()
  // Without a keyring Chromium uses a key that stands in its source: that protects nothing.
  const backend = safeStorage.getSelectedStorageBackend()
  return backend !== 'basic_text' && backend !== 'unknown'
}

/** The text, encrypted with the operating system's key, as base64. Not every Electron that runs this has the newer calls. */
export async function encrypt(text: string): Promise<string> {
  return safeStorage.encryptString(text).toString('base64')
}

/** Rejects for what another user, computer or keychain encrypted. */
export async function decrypt(base64: string): Promise<string> {
  return safeStorage.decryptString(Buffer.from(base64, 'base64'))
}
