/** How a model marks its thoughts. */
export interface ThinkingTags {
  open: string
  close: string
}

/** Tags that stand for a thought wherever an answer begins with them. */
const usual: readonly ThinkingTags[] = [
  { open: '<think>', close: '</think>' },
  { open: '<thinking>', close: '</thinking>' },
  { open: '<reasoning>', close: '</reasoning>' },
  { open: '<thought>', close: '</thought>' },
]

/** Tags that stand for one only where the chat template speaks of them. */
const special: readonly ThinkingTags[] = [
  // Mistral: Magistral, Ministral.
  { open: '[THINK]', close: '[/THINK]' },
  // Command R7B and later.
  { open: '<|START_THINKING|>', close: '<|END_THINKING|>' },
  // Seed OSS.
  { open: '<seed:think>', close: '</seed:think>' },
  // MiniMax M3.
  { open: '<mm:think>', close: '</mm:think>' },
  // Apertus.
  { open: '<|inner_prefix|>', close: '<|inner_suffix|>' },
  // Gemma 4.
  { open: '<|channel>thought', close: '<channel|>' },
  // Kimi VL.
  { open: '◁think▷', close: '◁/think▷' },
  // Granite 3.
  { open: 'Here is my thought process:', close: 'Here is my response:' },
  // Apriel.
  { open: 'Here are my reasoning steps:', close: '[BEGIN FINAL RESPONSE]' },
]

/** The tags that a model with this chat template may think in. */
export function thinkingTags(template: string | null): ThinkingTags[] {
  if (template === null) return [...usual]
  return [...special.filter(({ close }) => template.includes(close)), ...usual]
}

/** Whether the template makes the model write in the channels of gpt-oss. */
export function writesInChannels(template: string | null): boolean {
  return template !== null && template.includes('<|channel|>') && template.includes('<|message|>')
}

/** The tags of the thought that the template has already opened for the model; null when it has not. */
export function openedBy(opening: string, tags: readonly ThinkingTags[]): ThinkingTags | null {
  for (const pair of tags) {
    const at = opening.lastIndexOf(pair.open)
    if (at !== -1 && opening.lastIndexOf(pair.close) < at) return pair
  }
  return null
}
