import type { ShellCall, ShellCalls } from '../../shared/process/shell.ts'

/** What the shell does for each call of the core. A rejection reaches the caller with its message. */
export type CallAnswers = {
  [Name in keyof ShellCalls]: (input: ShellCalls[Name]['input']) => Promise<ShellCalls[Name]['output']>
}

/** Carries out one call. */
export function answerCall(answers: CallAnswers, call: ShellCall): Promise<string | null> {
  switch (call.name) {
    case 'pickModelFile':
      return answers.pickModelFile(call.input)
    case 'pickFolder':
      return answers.pickFolder(call.input)
    case 'pickHandOver':
      return answers.pickHandOver(call.input)
    case 'saveAs':
      return answers.saveAs(call.input)
    case 'trash':
      return answers.trash(call.input)
    case 'setStartAtLogin':
      return answers.setStartAtLogin(call.input)
    case 'resolveProxy':
      return answers.resolveProxy(call.input)
    case 'encrypt':
      return answers.encrypt(call.input)
    case 'decrypt':
      return answers.decrypt(call.input)
  }
}
