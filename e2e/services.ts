import { expect, type ElectronApplication } from '@playwright/test'

/** The services of the app, as the shell names them. */
export type Service = 'Hearth Core' | 'Hearth Engine'

/** The process ids of a service of the app that run now. */
export async function servicePids(app: ElectronApplication, service: Service): Promise<number[]> {
  const metrics = await app.evaluate(({ app: electron }) => electron.getAppMetrics())
  return metrics.filter((process) => process.name === service).map((process) => process.pid)
}

/** Waits for the one process of a service. */
export async function servicePid(app: ElectronApplication, service: Service): Promise<number> {
  await expect.poll(async () => (await servicePids(app, service)).length, { timeout: 30_000 }).toBe(1)
  const [pid] = await servicePids(app, service)
  if (pid === undefined) throw new Error(`${service} ended meanwhile`)
  return pid
}
