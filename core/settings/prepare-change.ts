import { AppError } from '../../shared/domain/errors.ts'
import type { SettingsPatch } from '../../shared/domain/settings.ts'
import type { Desktop } from '../host/host.ts'
import { refusedOrigins } from '../server/guard/origin.ts'

/** What a change of the settings needs before it is kept: a look at its values, and what the system must agree to. */
export function createPrepareChange(desktop: Pick<Desktop, 'setStartAtLogin'> | null) {
  /** @throws AppError invalid_input, forbidden */
  return async ({ server, startAtLogin }: SettingsPatch): Promise<void> => {
    const refused = refusedOrigins(server?.origins ?? [])
    if (refused.length > 0) {
      throw new AppError({
        code: 'invalid_input',
        message: `No web page can be allowed as ${refused.map((entry) => `"${entry.slice(0, 200)}"`).join(', ')}.`,
        suggestion: 'Write addresses without a path, as https://chat.example or http://localhost:*.',
      })
    }
    if (startAtLogin === undefined) return
    if (desktop === null) {
      if (!startAtLogin) return
      throw new AppError({ code: 'invalid_input', message: 'Only the app can start when someone signs in.' })
    }
    await desktop.setStartAtLogin(startAtLogin).catch((cause: unknown) => {
      throw new AppError({
        code: 'forbidden',
        message: `This computer does not let Hearth change what starts at login (${String(cause)}).`,
        cause,
      })
    })
  }
}
