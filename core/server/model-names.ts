import { AppError } from '../../shared/domain/errors.ts'
import type { Model } from '../../shared/domain/models.ts'
import type { ModelAlias } from '../../shared/domain/server.ts'
import type { Settings } from '../../shared/domain/settings.ts'
import { normalizeName } from '../models/names.ts'
import { usualModel } from './answering/usual-model.ts'
import type { ServerDeps } from './deps.ts'

/** What the names that programs use mean here. */
export interface ModelNames {
  find: ServerDeps['findModel']
  aliases: ServerDeps['listAliases']
}

interface Parts extends Pick<ServerDeps, 'listModels' | 'loadedModels'> {
  /** In the library alone. */
  findModel(name: string): Model | undefined
  settings: () => Pick<Settings['server'], 'aliases' | 'unknownModel'>
}

/** The one place where a name that a program sends becomes a model. An alias means a model, never another alias. */
export function createModelNames(parts: Parts): ModelNames {
  const own = (name: string) => {
    const model = parts.findModel(name)
    return model !== undefined && normalizeName(model.name) === normalizeName(name) ? model : undefined
  }

  return {
    find(name, standIn) {
      const wanted = normalizeName(name)
      const named = own(name)
      if (named !== undefined) return named
      const { aliases, unknownModel } = parts.settings()
      const alias = aliases.find((one) => normalizeName(one.name) === wanted)
      if (alias !== undefined) return parts.findModel(alias.model) ?? throwLost(alias)
      // A former name of a model, or its file.
      const known = parts.findModel(name)
      return known !== undefined || standIn === undefined || unknownModel === 'refuse'
        ? known
        : usualModel({ list: parts.listModels, loaded: parts.loadedModels }, standIn)
    },
    aliases: () =>
      parts.settings().aliases.flatMap(({ name, model: target }) => {
        const model = own(name) === undefined ? parts.findModel(target) : undefined
        return model === undefined ? [] : { name, model }
      }),
  }
}

function throwLost({ name, model }: ModelAlias): never {
  throw new AppError({
    code: 'model_not_found',
    message: `The name "${name}" stands for the model "${model}", which is not on this computer any more.`,
    suggestion: 'Choose another model for that name on the server page of Hearth.',
    data: { parameter: 'model', alias: name, model },
  })
}
