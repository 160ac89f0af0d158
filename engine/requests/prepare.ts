import type { EngineRequest } from '../../shared/process/engine.ts'
import { type AnswerForm, createAnswerForm } from '../output/answer-form.ts'
import { preparePrompt, type Prompt } from '../prompt.ts'
import type { Ready, Writer } from '../ready.ts'

/**
 * What a request becomes before anything is computed: the form of its answer, and the tokens of its prompt, made with
 * the template that it brings or with the model's.
 *
 * @throws AppError of the form, the template or the prompt, or the signal's reason
 */
export async function prepare(
  { model, options }: Ready,
  writer: Writer,
  request: EngineRequest,
  signal: AbortSignal,
): Promise<{ form: AnswerForm; prompt: Prompt }> {
  const withTemplate = async (template: Writer['template']) => {
    const form = createAnswerForm(model, template, request, options)
    const prompt = await preparePrompt(model, template, form.prompted, writer.contextLength, signal)
    return { form, prompt }
  }
  const { goTemplate, input } = request
  if (goTemplate === undefined || input.kind !== 'messages') return withTemplate(writer.template)
  return writer.requestTemplates.use(goTemplate, withTemplate)
}
