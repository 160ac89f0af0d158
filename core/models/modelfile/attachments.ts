import type { MadeModel, ModelDefaults, Modelfile } from '../../../shared/domain/models.ts'
import type { Attachments } from '../../hubs/hub.ts'
import { emptyDefaults } from '../model-store.ts'
import { applyParameters } from './parameters.ts'

type Parameter = Modelfile['parameters'][number]

const MAX_PARAMETERS = 500
const MAX_VALUE_LENGTH = 10_000

/** What came with a model beside its files, as the library keeps it. */
export interface Attached {
  defaults: ModelDefaults
  made: MadeModel | null
  licenceText: string | null
}

/**
 * Takes over what a registry sends along. Where the file has a Jinja template of its own, that one is used.
 *
 * @param text writes the Modelfile that says the same
 */
export function attach(
  from: string,
  attachments: Attachments | null,
  ownTemplate: string | null,
  write: (modelfile: Modelfile) => string,
): Attached {
  if (!attachments) return { defaults: emptyDefaults(), made: null, licenceText: null }
  const { template, system, licences } = attachments
  const messages: MadeModel['messages'] = []
  for (const { role, content } of attachments.messages) {
    if (role === 'system' || role === 'user' || role === 'assistant') messages.push({ role, content })
  }
  const parameters = readParameters(attachments.parameters)
  const { defaults, notObeyed } = applyParameters({ ...emptyDefaults(), system: system || null }, parameters)
  const chosen = template === null || ownTemplate !== null ? null : template
  const isOwn = chosen !== null && isJinja(chosen)
  const unused = notObeyed.map(({ name, value }) => `PARAMETER ${name} ${value}`)
  return {
    defaults: { ...defaults, template: isOwn ? chosen : null, goTemplate: isOwn ? null : chosen },
    made: {
      modelfile: write({
        from,
        parameters,
        template,
        system,
        adapters: [],
        licences,
        messages,
        requires: null,
        files: [],
        renderer: null,
        parser: null,
        draft: null,
      }),
      from,
      messages,
      notObeyed: unused,
    },
    licenceText: joinLicences(licences),
  }
}

/** Whether a chat template is Jinja, which the engine renders, and not Go's. */
export function isJinja(template: string): boolean {
  return template.includes('{%') || /\{\{-?\s*(?:messages|bos_token|system_message)\b/.test(template)
}

/** All licences as one text; null when there is none. */
export function joinLicences(licences: readonly string[]): string | null {
  const texts = licences.filter((text) => text.trim() !== '')
  return texts.length === 0 ? null : texts.join('\n\n')
}

/** The registry's object as parameters; a list gives one for each value. */
function readParameters(object: Record<string, unknown> | null): Parameter[] {
  const parameters = Object.entries(object ?? {}).flatMap(([name, value]) =>
    (Array.isArray(value) ? value : [value]).flatMap((one: unknown) =>
      /^[a-z0-9_]{1,64}$/.test(name) && (typeof one === 'string' || typeof one === 'number' || typeof one === 'boolean')
        ? [{ name, value: String(one).slice(0, MAX_VALUE_LENGTH) }]
        : [],
    ),
  )
  return parameters.slice(0, MAX_PARAMETERS)
}
