import type { HubId } from '../../shared/domain/hubs.ts'
import type { Settings } from '../../shared/domain/settings.ts'

const VARIABLES: Record<HubId, string> = {
  huggingface: 'HF_ENDPOINT',
  ollama: 'HEARTH_OLLAMA_REGISTRY',
  modelscope: 'MODELSCOPE_DOMAIN',
}
const DEFAULTS: Record<HubId, string> = {
  huggingface: 'https://huggingface.co',
  ollama: 'https://registry.ollama.ai',
  modelscope: 'https://www.modelscope.cn',
}

/**
 * Where a hub is spoken to: the environment first, then the settings, then the hub itself. Without a `/` at the end;
 * a path before it (a mirror inside a company's server) stays.
 */
export function endpointOf(
  hub: HubId,
  settings: Settings['hubs']['endpoints'],
  env: Record<string, string | undefined>,
): string {
  for (const given of [env[VARIABLES[hub]], settings[hub]]) {
    const address = given?.trim()
    if (!address) continue
    const whole = /^https?:\/\//i.test(address) ? address : `https://${address}`
    if (!URL.canParse(whole)) continue
    const url = new URL(whole)
    return `${url.origin}${url.pathname.replace(/\/+$/, '')}`
  }
  return DEFAULTS[hub]
}
