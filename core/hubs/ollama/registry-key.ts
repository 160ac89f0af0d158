import { createPrivateKey, createPublicKey, generateKeyPairSync, sign, type KeyObject } from 'node:crypto'
import type { Secrets } from '../secrets.ts'

const NAME = 'ollama-key'

/** Signs a text as the registry wants it: OpenSSH's form of the public key and the signature, both base64. */
export type SignText = (text: string) => Promise<string>

/** The key pair of this installation, made when it is needed first and kept with the secrets. */
export function createRegistryKey(secrets: Secrets): SignText {
  let key: Promise<KeyObject> | null = null
  return async (text) => {
    key ??= load(secrets)
    const privateKey = await key
    return `${publicKeyOf(privateKey)}:${sign(null, Buffer.from(text), privateKey).toString('base64')}`
  }
}

async function load(secrets: Secrets): Promise<KeyObject> {
  const kept = await secrets.get(NAME)
  if (kept !== null) return createPrivateKey(kept)
  const { privateKey } = generateKeyPairSync('ed25519')
  await secrets.set(NAME, privateKey.export({ type: 'pkcs8', format: 'pem' }).toString())
  return privateKey
}

/** RFC 8709: the name of the algorithm and the 32 bytes, each behind its length. */
function publicKeyOf(privateKey: KeyObject): string {
  const raw = createPublicKey(privateKey).export({ type: 'spki', format: 'der' }).subarray(-32)
  return Buffer.concat([withLength(Buffer.from('ssh-ed25519')), withLength(raw)]).toString('base64')
}

function withLength(bytes: Buffer): Buffer {
  const length = Buffer.alloc(4)
  length.writeUInt32BE(bytes.byteLength)
  return Buffer.concat([length, bytes])
}
