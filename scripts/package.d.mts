/** The executable of the unpacked Linux app. */
export const packagedExecutable: string

/** Packages the app; without arguments as an unpacked app for this platform, unless nothing has changed. */
export function packageApp(args?: string[]): Promise<void>
