import type { SlotState } from './slots.ts'

/** A slot without a model; tokens are characters. */
export class FakeSlot implements SlotState<string> {
  readonly name: string
  held: string[]
  constructor(name: string, held = '') {
    this.name = name
    this.held = [...held]
  }
  get length() {
    return this.held.length
  }
  commonPrefix(prompt: readonly string[]) {
    const different = this.held.findIndex((token, index) => token !== prompt[index])
    return different === -1 ? Math.min(this.held.length, prompt.length) : different
  }
}
