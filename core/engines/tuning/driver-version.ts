import { release } from 'node:os'
import { graphics } from 'systeminformation'

/** Versions of the graphics drivers, as far as the system tells them; else of the system, which brings the driver. */
export async function driverVersion(): Promise<string> {
  const { controllers } = await graphics()
  const versions = controllers.flatMap(({ driverVersion: version }) => version ?? [])
  return versions.length > 0 ? versions.join(' ') : release()
}
