export interface ElectronRuntime {
  /** Absolute path. */
  executable: string
  /** Folder of the runtime. */
  dist: string
  /** Without a leading v. */
  version: string
  /** What must come before the program's own arguments. */
  args: string[]
  origin: 'override' | 'package' | 'carried'
}

export function findElectron(options?: { log?: (line: string) => void }): Promise<ElectronRuntime>

/** The same runtime set up to run another program: the folder of a package.json with `main`. */
export function electronFor(found: ElectronRuntime, program: string, name: string): ElectronRuntime

/** A copy of a runtime without a program in it, made of links; returns its folder. */
export function linkedCopy(dist: string, name: string): string
