import { createHash } from 'node:crypto'
import { z } from 'zod'
import { answerInvalid } from '../http/network-errors.ts'
import { parseJson } from '../http/ask-json.ts'
import type { Attachments } from '../hub.ts'
import type { Layer, Manifest } from './manifest.ts'

const MOST_BYTES = 2 << 20
const TEXTS = new Set(['template', 'system', 'params', 'license', 'messages'])
const Params = z.record(z.string(), z.unknown())
const Messages = z.array(z.object({ role: z.string(), content: z.string() })).max(10_000)

/**
 * What a model brings beside its files. Each text is compared with its digest.
 *
 * @param read gives a layer's bytes as text, at most as many as asked for
 */
export async function readAttachments(
  manifest: Manifest,
  host: string,
  read: (layer: Layer, maxBytes: number) => Promise<string>,
): Promise<Attachments> {
  const found: Attachments = { template: null, system: null, parameters: null, licences: [], messages: [] }
  for (const layer of manifest.layers.filter(({ kind }) => TEXTS.has(kind))) {
    if (layer.sizeBytes > MOST_BYTES) throw answerInvalid(host)
    const text = await read(layer, layer.sizeBytes)
    if (createHash('sha256').update(text).digest('hex') !== layer.sha256) throw answerInvalid(host)
    if (layer.kind === 'template') found.template = text
    else if (layer.kind === 'system') found.system = text
    else if (layer.kind === 'license') found.licences.push(text)
    else if (layer.kind === 'messages') found.messages.push(...parseJson(text, Messages, host))
    else found.parameters = harmless({ ...found.parameters, ...parseJson(text, Params, host) })
  }
  return found
}

/** Without names that mean something to JavaScript. */
function harmless(parameters: Record<string, unknown>): Record<string, unknown> {
  const names = new Set(['__proto__', 'constructor', 'prototype'])
  return Object.fromEntries(Object.entries(parameters).filter(([name]) => !names.has(name)))
}
