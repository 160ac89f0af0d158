/** A model's name as the registry protocol has it. */
export interface ShelfName {
  namespace: string
  name: string
  tag: string
}

const PART = /^\w[\w.-]{0,79}$/

/**
 * Under what a model is offered: `smollm2:135m` is `library/smollm2:135m`, and of `hf.co/ann/model:Q4` the host is left
 * out. Null for a name that no client of the protocol can say.
 */
export function shelfName(model: string): ShelfName | null {
  const parts = model.split('/')
  const [name = '', tag = 'latest', more] = (parts.at(-1) ?? '').split(':')
  const namespace = parts.at(-2) ?? 'library'
  if (parts.length > 3 || more !== undefined || namespace.includes('.')) return null
  return [namespace, name, tag].every((part) => PART.test(part)) ? { namespace, name, tag } : null
}

/** Whether two are the same; this protocol's clients do not tell large letters from small ones. */
export function isSameName(one: ShelfName, other: ShelfName): boolean {
  return isSameRepository(one, other) && equal(one.tag, other.tag)
}

export function isSameRepository(one: Omit<ShelfName, 'tag'>, other: Omit<ShelfName, 'tag'>): boolean {
  return equal(one.namespace, other.namespace) && equal(one.name, other.name)
}

function equal(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase()
}
