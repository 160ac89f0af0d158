import { LlamaVocabularyType, type LlamaModel } from 'node-llama-cpp'
import { AppError } from '../../shared/domain/errors.ts'
import type { EngineRequest } from '../../shared/process/engine.ts'
import type { Prompt, Prompted } from '../prompt.ts'
import type { ChatTemplate } from '../templates/template.ts'
import type { Answer } from './answer.ts'
import { createAnswer } from './create-answer.ts'
import { createGrammars, type GrammarNeeds } from './grammars.ts'
import { tokenBytes } from './logprobs/token-logprob.ts'
import { modelTokens } from './model-tokens.ts'
import { samplingOptions } from './sampling/options.ts'
import { channelMarkers, createChannelSplitter } from './thinking/channel-splitter.ts'
import { createTagSplitter } from './thinking/tag-splitter.ts'
import { openedBy, thinkingTags, writesInChannels } from './thinking/tags.ts'
import { markersOf } from './tools/format.ts'
import { createCallId, planTools, type ToolPlan } from './tools/plan.ts'
import { createToolReader } from './tools/reader.ts'

/** What was decided about the form of an answer before its prompt is made. */
export interface AnswerForm {
  /** The request as the template shall see it: generic tools are words of the system prompt, their messages plain ones. */
  readonly prompted: Prompted
  begin(prompt: Pick<Prompt, 'tokens' | 'opening' | 'text'>): Answer
}

type Template = Pick<ChatTemplate, 'source' | 'canSkipReasoning' | 'mayReason' | 'knowsTools'>

/**
 * Decides how the answer to a request is sampled, constrained and read: thoughts and calls are parted from what is said,
 * unless the prompt is given as it stands.
 *
 * @throws AppError `constraint_invalid`, `unsupported_parameter` or `invalid_input` before anything is computed
 */
export function createAnswerForm(
  model: LlamaModel,
  template: Template,
  request: EngineRequest,
  options: { toolStyle: 'native' | 'generic' | null },
): AnswerForm {
  refuse(request, template)
  const tokens = modelTokens(model)
  const source = template.source?.text ?? null
  const { input } = request
  const plan = input.kind === 'messages' ? planTools(request, input.messages, template, options.toolStyle) : null
  const isChat = plan !== null
  const channels = isChat && writesInChannels(source)
  const tags = thinkingTags(source)
  const calls = plan?.calls ?? null
  const grammars = createGrammars(tokens, {
    constraint: request.constraint,
    tools: calls,
    thinking: mayThink(request, template, isChat, channels, tags),
  })
  const sampling = (history: Parameters<typeof samplingOptions>[3]) =>
    samplingOptions(model, request.sampling, request.seed, history)
  // What can't be obeyed is refused now, not when the prompt was read.
  sampling(() => [])
  const raw = model.fileInfo.metadata.tokenizer?.ggml?.tokens
  const bytes = tokenBytes(tokens, (token) => raw?.[token], model.vocabularyType === LlamaVocabularyType.bpe)
  return {
    prompted: promptedBy(request, plan),
    begin: (prompt) =>
      createAnswer(tokens, {
        prompt: prompt.tokens,
        sampling,
        stop: request.stop,
        splitter: !isChat
          ? null
          : channels
            ? createChannelSplitter()
            : createTagSplitter(tags, openedBy(prompt.opening, tags)),
        budget: budgetOf(request, template),
        createReader:
          calls === null
            ? null
            : (onTrigger) =>
                createToolReader({ format: calls.format, tools: calls.tools, createId: createCallId, onTrigger }),
        grammars,
        markers: [
          ...(isChat ? tags.flatMap(({ open, close }) => [open, close]) : []),
          ...(channels ? channelMarkers : []),
          ...(calls === null ? [] : markersOf(calls.format)),
        ],
        logprobs: request.logprobs?.top ?? null,
        bytes,
        echo: request.echo ? (prompt.text ?? model.detokenize(prompt.tokens, true)) : '',
      }),
  }
}

function promptedBy(request: EngineRequest, plan: ToolPlan | null): Prompted {
  const { input, truncate, maxTokens, reasoning } = request
  return {
    input: plan === null ? input : { kind: 'messages', messages: plan.messages },
    truncate,
    reasoning,
    ...(maxTokens === undefined ? {} : { maxTokens }),
    tools: plan?.tools ?? [],
  }
}

function mayThink(
  request: EngineRequest,
  template: Template,
  isChat: boolean,
  channels: boolean,
  tags: ReturnType<typeof thinkingTags>,
): GrammarNeeds['thinking'] {
  if (!isChat) return { kind: 'none' }
  if (channels) return { kind: 'channels' }
  return template.mayReason && request.reasoning.mode !== 'off' ? { kind: 'tags', tags } : { kind: 'none' }
}

/** A model that can't be told not to think has its thought closed as soon as it begins one. */
function budgetOf({ reasoning }: EngineRequest, template: Template): number | null {
  if (reasoning.mode === 'off' && template.mayReason && !template.canSkipReasoning) return 0
  return reasoning.budgetTokens ?? null
}

function refuse(request: EngineRequest, template: Template): void {
  const { input, reasoning, echo, logprobs } = request
  if (input.kind === 'messages' && reasoning.mode === 'on' && !template.mayReason) {
    throw unsupported('reasoning', 'This model does not reason.', 'Turn reasoning off, or choose a model that does.')
  }
  if (input.kind !== 'messages' && request.tools.length > 0 && request.toolChoice !== 'none') {
    throw unsupported('tools', 'Tools need a conversation.', 'Send messages instead of a prompt.')
  }
  if (!echo) return
  if (input.kind === 'messages' || input.kind === 'infill') {
    throw unsupported('echo', 'Only a prompt can be repeated before the answer.', 'Send the request without echo.')
  }
  if (logprobs !== undefined) {
    throw unsupported(
      'echo',
      'Log probabilities of a repeated prompt are not supported.',
      'Leave out echo or logprobs.',
    )
  }
}

function unsupported(parameter: string, message: string, suggestion: string): AppError {
  return new AppError({ code: 'unsupported_parameter', message, suggestion, data: { parameter } })
}
