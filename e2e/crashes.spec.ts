import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from '@playwright/test'
import { makeHome } from './home.ts'
import { launchApp, launchServe } from './launch.ts'
import { servicePid, servicePids } from './services.ts'
import { answers, ask, chatRows, composer, finished, growing, LONG_REQUEST, prose } from './window.ts'

const CAPITAL = 'What is the capital of France?'

test('an engine that is killed in the middle of an answer costs only the rest of that answer', async () => {
  const { app, window, close } = await launchApp()
  await ask(window, LONG_REQUEST)
  const answer = await growing(window)
  const arrived = await prose(answer)
  const engine = await servicePid(app, 'Hearth Engine')
  process.kill(engine, 'SIGKILL')

  const alert = answer.getByRole('alert')
  await expect(alert).toContainText('smollm2:135m')
  await expect(alert).toContainText('Try again: the model is loaded anew. What had arrived is kept.')
  await expect(answer).not.toHaveAttribute('aria-busy')
  const kept = await prose(answer)
  expect(kept.length).toBeGreaterThanOrEqual(arrived.length)
  expect(kept.startsWith(arrived.slice(0, 10))).toBe(true)

  await window.getByRole('link', { name: /New chat/ }).click()
  await ask(window, CAPITAL)
  await expect(window).toHaveURL(/#\/chat\//)
  await expect(await finished(window)).toContainText('Paris')
  expect(await servicePid(app, 'Hearth Engine')).not.toBe(engine)

  // The broken answer is as it was, and can be asked for again where it stands.
  await chatRows(window).filter({ hasText: 'lighthouse' }).click()
  await expect(alert).toBeVisible()
  expect(await prose(answers(window).last())).toBe(kept)
  await alert.getByRole('button', { name: 'Try again' }).click()
  await growing(window)
  await expect(alert).toHaveCount(0)
  await close()
})

test('a core that is killed comes back once by itself with everything it had; the second time the window says so', async () => {
  const { app, window, close } = await launchApp()
  await ask(window, CAPITAL)
  await expect(await finished(window)).toContainText('Paris')
  await ask(window, LONG_REQUEST)
  await expect(answers(window)).toHaveCount(2)
  const arrived = await prose(await growing(window))
  // Answers are written to the disk twice a second.
  await expect.poll(async () => (await prose(answers(window).last())).length).toBeGreaterThan(arrived.length + 200)
  const core = await servicePid(app, 'Hearth Core')
  const [engine = 0] = await servicePids(app, 'Hearth Engine')
  process.kill(core, 'SIGKILL')

  await expect(window.getByRole('status').filter({ hasText: 'was started again' })).toBeVisible({ timeout: 30_000 })
  expect(await servicePid(app, 'Hearth Core')).not.toBe(core)
  await expect.poll(() => servicePids(app, 'Hearth Engine')).not.toContain(engine)
  await expect(answers(window)).toHaveCount(2)
  const broken = answers(window).last()
  await expect(broken.getByRole('alert')).toContainText('Hearth ended while this answer was being written.')
  expect((await prose(broken)).startsWith(arrived)).toBe(true)
  await expect(chatRows(window)).toHaveText([CAPITAL])
  await ask(window, CAPITAL)
  await expect(answers(window)).toHaveCount(3)
  await expect(await finished(window)).toContainText('Paris')
  await composer(window).fill('not sent yet')

  process.kill(await servicePid(app, 'Hearth Core'), 'SIGKILL')
  await expect(window.getByRole('heading', { level: 1 })).toHaveText('Hearth can’t start')
  await expect(window.getByRole('alert')).toContainText('twice in a row')
  await window.getByRole('button', { name: 'Try again' }).click()
  await expect(answers(window)).toHaveCount(3)
  await expect(composer(window)).toHaveValue('not sent yet')
  await close()
})

test('a data folder that `hearth serve` holds is left alone, and the window says who holds it', async () => {
  const home = makeHome()
  const serve = await launchServe({ home: home.path })
  const { window, close } = await launchApp({ home: home.path })
  const alert = window.getByRole('alert')
  await expect(alert).toContainText(home.path)
  await expect(alert).toContainText(`process ${serve.process.pid}`)
  await expect(alert).toContainText('stop it')
  // The one who holds it is none the worse.
  expect((await fetch(`${serve.url}/health`)).status).toBe(200)
  expect(await serve.close()).toBe(0)
  await window.getByRole('button', { name: 'Try again' }).click()
  await expect(composer(window)).toBeVisible()
  await close()
  home.remove()
})

test('damaged files are put aside, never lost, and the person is told', async () => {
  const home = makeHome()
  const settings = '{ "theme": "dark", '
  const database = 'This is no database. '.repeat(1000)
  writeFileSync(join(home.path, 'settings.json'), settings)
  writeFileSync(join(home.path, 'hearth.db'), database)
  const { window, close } = await launchApp({ home: home.path })
  const kept = (pattern: RegExp) => {
    const name = readdirSync(home.path).find((file) => pattern.test(file))
    return name === undefined ? null : { name, text: readFileSync(join(home.path, name), 'utf8') }
  }
  const notices = window.getByRole('status')
  await expect(notices.filter({ hasText: 'The settings file could not be read.' })).toBeVisible()
  const keptSettings = kept(/^settings\.broken-\d+\.json$/)
  expect(keptSettings?.text).toBe(settings)
  await expect(notices.filter({ hasText: keptSettings?.name ?? '-' })).toBeVisible()
  const keptDatabase = kept(/^hearth\.damaged-\d+\.db$/)
  expect(keptDatabase?.text).toBe(database)
  await expect(notices.filter({ hasText: keptDatabase?.name ?? '-' })).toBeVisible()

  await ask(window, CAPITAL)
  await expect(await finished(window)).toContainText('Paris')
  const notice = notices.filter({ hasText: 'The settings file could not be read.' })
  await notice.getByRole('button', { name: 'Dismiss' }).click()
  await expect(notice).toHaveCount(0)
  await close()
  home.remove()
})
