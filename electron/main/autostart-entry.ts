/** What of a program's start an XDG autostart entry holds. */
export interface AutostartProgram {
  /** The program and its arguments. */
  command: readonly string[]
  /** Variables that it can't do without. */
  env: Readonly<Record<string, string>>
  /** Absolute path of a picture. */
  icon: string
}

/**
 * An entry for `autostart/` of the XDG configuration folder, by which a desktop starts the app when someone signs in.
 * https://specifications.freedesktop.org/desktop-entry-spec/latest/
 */
export function autostartEntry({ command, env, icon }: AutostartProgram): string {
  const variables = Object.entries(env).map(([name, value]) => `${name}=${value}`)
  const words = variables.length === 0 ? command : ['env', ...variables, ...command]
  return `${[
    '[Desktop Entry]',
    'Type=Application',
    'Name=Hearth',
    `Exec=${escaped(words.map(quoted).join(' '))}`,
    `Icon=${escaped(icon)}`,
    'Terminal=false',
    'X-GNOME-Autostart-enabled=true',
  ].join('\n')}\n`
}

/** One argument of Exec: in quotes, with a backslash before what a shell would read, and `%` doubled. */
function quoted(word: string): string {
  return `"${word.replaceAll(/["`$\\]/g, '\\$&').replaceAll('%', '%%')}"`
}

/** Any value of a desktop entry: its own escapes come on top of those of Exec. */
function escaped(value: string): string {
  return value.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('\r', '\\r').replaceAll('\t', '\\t')
}
