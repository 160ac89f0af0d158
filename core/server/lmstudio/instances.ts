import { z } from 'zod'
import type { LoadedModel } from '../../../shared/domain/engines.ts'
import type { Model } from '../../../shared/domain/models.ts'
import { findModel } from '../answering/models.ts'
import { fieldsOf, parse, unsupported } from '../answering/parameters.ts'
import type { ServerHandler } from '../context.ts'
import type { ServerDeps } from '../deps.ts'
import { HttpRefusal } from '../errors.ts'
import { readJson } from '../guard/body.ts'

/** Those about how a model is computed are set for the model here, or measured. */
export const LoadBody = z.strictObject({
  model: z.string().min(1),
  context_length: z.int().min(16).max(10_000_000).optional(),
  eval_batch_size: z.int().optional(),
  flash_attention: z.boolean().optional(),
  num_experts: z.int().optional(),
  offload_kv_cache_to_gpu: z.boolean().optional(),
  echo_load_config: z.boolean().optional(),
})
export const UnloadBody = z.object({ instance_id: z.string().min(1) })

/** `GET /api/v1/models`. */
export function listModels(): ServerHandler {
  return (c) => {
    const models = c.get('models')
    const loaded = models.loaded()
    const usable = models.list().filter(({ problem }) => problem === null)
    return c.json({ models: usable.map((model) => toModel(model, loaded)) })
  }
}

/** `POST /api/v1/models/load`. A model is in memory once; its instance has its name. */
export function load(deps: Pick<ServerDeps, 'load'>): ServerHandler {
  return async (c) => {
    const started = performance.now()
    const body = parse(LoadBody, fieldsOf(await readJson(c.req.raw)))
    if (body.num_experts !== undefined) throw unsupported('num_experts', 'Another number of experts')
    c.get('record').setModel(body.model)
    const model = findModel(c, body.model)
    await deps.load(model, body.context_length === undefined ? {} : { contextLength: body.context_length })
    const config = configOf(
      model,
      c
        .get('models')
        .loaded()
        .find((loaded) => loaded.model === model.name),
    )
    return c.json({
      type: typeOf(model),
      instance_id: model.name,
      load_time_seconds: (performance.now() - started) / 1000,
      status: 'loaded',
      ...(body.echo_load_config === true ? { load_config: config } : {}),
    })
  }
}

/** `POST /api/v1/models/unload`. */
export function unload(deps: Pick<ServerDeps, 'unload'>): ServerHandler {
  return async (c) => {
    const { instance_id } = parse(UnloadBody, fieldsOf(await readJson(c.req.raw)))
    const models = c.get('models')
    const name = models.find(instance_id)?.name ?? instance_id
    if (!models.loaded().some(({ model }) => model === name)) {
      throw new HttpRefusal(404, `No model "${instance_id.slice(0, 200)}" is in memory.`)
    }
    await deps.unload(name)
    return c.json({ instance_id })
  }
}

function typeOf({ facts }: Model): string {
  return facts.kind === 'chat' ? 'llm' : 'embedding'
}

function configOf({ facts }: Model, loaded: LoadedModel | undefined): object {
  return {
    context_length: loaded?.contextLength ?? facts.contextLength ?? 0,
    ...(loaded?.flashAttention == null ? {} : { flash_attention: loaded.flashAttention }),
  }
}

function toModel(model: Model, all: readonly LoadedModel[]): object {
  const { name, facts, source, sizeBytes, conformance } = model
  const loaded = all.find((one) => one.model === name && one.state === 'ready')
  return {
    type: typeOf(model),
    publisher: source?.repo.split('/')[0] ?? 'local',
    key: name,
    display_name: facts.title ?? name,
    architecture: facts.architecture,
    quantization: {
      name: facts.quantization,
      bits_per_weight: facts.parameters > 0 ? Math.round((sizeBytes * 80) / facts.parameters) / 10 : null,
    },
    size_bytes: sizeBytes,
    params_string: paramsOf(facts.parameters),
    loaded_instances: loaded === undefined ? [] : [{ id: name, config: configOf(model, loaded) }],
    max_context_length: facts.contextLength ?? 0,
    format: 'gguf',
    ...(facts.kind === 'chat'
      ? { capabilities: { vision: false, trained_for_tool_use: conformance?.tools === 'native' } }
      : {}),
    description: null,
  }
}

function paramsOf(count: number): string {
  return count >= 1e9 ? `${Math.round(count / 1e8) / 10}B` : `${Math.round(count / 1e6)}M`
}
