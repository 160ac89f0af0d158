import { AppError, toErrorInfo, type ErrorInfo } from '../../shared/domain/errors.ts'
import type { PromptMessage } from '../../shared/domain/generation.ts'
import type { ChatTemplateSource, Model, ModelCheck } from '../../shared/domain/models.ts'
import type { Hardware } from '../hardware/hardware.ts'
import { askProbe, ProbeLostError } from '../host/ask-probe.ts'
import type { Host } from '../host/host.ts'
import { DEFAULT_KV_TYPE } from '../models/fit/load-plan.ts'
import { loadOptions } from './load-options.ts'

/** Enough for a question, a template's own words and a short answer. */
const CONTEXT_LENGTH = 512
/** A large model on a slow disk takes minutes to load. */
const CHECK_TIMEOUT_MS = 300_000
const TEMPLATE_TIMEOUT_MS = 5_000

/**
 * Tries a model in a throwaway process: it loads, its template renders, it writes, and it ends its answer by itself.
 * What goes wrong, a crash too, is in the `error` of what is returned; nothing is thrown. Whether its files are intact
 * is not looked at.
 */
export async function checkModel(
  host: Host,
  hardware: Pick<Hardware, 'choice' | 'cpu'>,
  model: Model,
  now: () => number = Date.now,
): Promise<ModelCheck> {
  const { template, goTemplate } = model.defaults
  // Whether the model itself works is asked, not whether it does so with a second one beside it.
  const { draftModel: _, ...load } = model.defaults.load
  const { chosen: backend } = await hardware.choice()
  const plan = {
    contextLength: Math.min(CONTEXT_LENGTH, model.facts.contextLength ?? CONTEXT_LENGTH),
    slots: 1,
    kvType: load.kvType ?? DEFAULT_KV_TYPE,
    gpuLayers: load.gpuLayers ?? null,
  }
  const request = {
    type: 'check' as const,
    kind: model.facts.kind,
    chatTemplate:
      template ?? (goTemplate === null ? model.facts.chatTemplate : { language: 'go' as const, text: goTemplate }),
    options: loadOptions({ ...model, defaults: { ...model.defaults, load } }, plan, {
      cpu: await hardware.cpu(),
      backend,
      nativeAddon: null,
      stateCache: null,
      findModel: () => undefined,
    }),
  }
  const nothing = { loads: false, templateRenders: null, answers: null, stops: null, intact: null }
  try {
    const { findings } = await askProbe(host, request, CHECK_TIMEOUT_MS)
    return { ...nothing, ...findings, checkedAt: now() }
  } catch (error) {
    return { ...nothing, checkedAt: now(), error: lost(model.name, error) }
  }
}

function lost(model: string, error: unknown): ErrorInfo {
  if (!(error instanceof ProbeLostError)) return toErrorInfo(error)
  const message =
    error.how === 'hung'
      ? `${model} did not answer within ${CHECK_TIMEOUT_MS / 1000} seconds.`
      : `The process that tried ${model} ended unexpectedly.`
  return {
    code: 'model_check_failed',
    message,
    suggestion: 'Download it again, or choose another quantization.',
    data: { model, how: error.how, message },
  }
}

/**
 * A conversation as a template makes it, Jinja where only its text is given. The template runs in a throwaway process, so that one which never ends
 * harms nobody.
 *
 * @param path a model that counts the tokens; null leaves them uncounted
 * @throws AppError `invalid_input` when it is no template, refuses the conversation, or takes longer than five seconds
 */
export async function previewTemplate(
  host: Host,
  template: string | ChatTemplateSource,
  messages: PromptMessage[],
  path: string | null,
): Promise<{ text: string; tokens: number | null }> {
  const request = { type: 'template' as const, path, template, messages }
  const { text, tokens } = await askProbe(host, request, TEMPLATE_TIMEOUT_MS).catch((cause: unknown) => {
    if (!(cause instanceof ProbeLostError)) throw cause
    const detail = cause.how === 'hung' ? 'it does not come to an end' : 'rendering it takes too much memory'
    throw new AppError({
      code: 'invalid_input',
      message: `The chat template can't be used: ${detail}.`,
      suggestion: "Correct it, or go back to the model's own template.",
      data: { parameter: 'template', detail },
      cause,
    })
  })
  return { text, tokens }
}
