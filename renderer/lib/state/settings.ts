import type { Settings, SettingsPatch } from '../../../shared/domain/settings.ts'
import { createLive } from '../live.ts'
import { rpc } from '../rpc.ts'

/** The settings. */
export const useSettings = createLive<Settings>((client, signal) => client.settings.watch(undefined, { signal }))

/** Changes some settings at once; those who watch see them change. Rejects with what the core says. */
export async function updateSettings(patch: SettingsPatch): Promise<void> {
  await rpc().settings.update(patch)
}
