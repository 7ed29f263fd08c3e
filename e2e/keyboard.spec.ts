/** The desk without a mouse; and words that survive whatever happens to the page and to the server. */
import { agent, arrive, calm, clock, composer, expect, open, ready, row, said, test, write } from './desk'

test.beforeEach(async ({ kept }) => {
  await kept.receive({ from: 'Marta Oliveira <marta@customers.test>', to: kept.inbox, subject: 'The line is dead', text: 'No light.' })
  await kept.receive({ from: 'Joost de Vries <joost@customers.test>', to: kept.inbox, subject: 'Moving house', text: 'Can my line move?' })
  await kept.sent.to('marta@customers.test')
  await kept.sent.to('joost@customers.test')
})

test('every way through the desk has a key', async ({ desk }) => {
  const [marta, joost] = [row(desk, 'Marta Oliveira'), row(desk, 'Joost de Vries')]
  const here = { 'aria-current': 'true' } as const
  await expect(joost).toBeVisible()

  await desk.keyboard.press('j')
  await expect(marta).toHaveAttribute('aria-current', here['aria-current'])
  await desk.keyboard.press('j')
  await expect(joost).toHaveAttribute('aria-current', here['aria-current'])
  await expect(clock(desk)).toContainText('Moving house')
  await desk.keyboard.press('k')
  await expect(clock(desk)).toContainText('The line is dead')
  await desk.keyboard.press('Escape')
  await expect(desk).toHaveURL(/\/inbox\/unassigned$/)

  // The list by Tab, arrows and Enter, as any list.
  await marta.focus()
  await desk.keyboard.press('Enter')
  await expect(clock(desk)).toContainText('The line is dead')
  await marta.focus()
  await desk.keyboard.press('ArrowDown')
  await expect(clock(desk)).toContainText('Moving house')
  await desk.keyboard.press('ArrowUp')
  await expect(clock(desk)).toContainText('The line is dead')

  await desk.keyboard.press('n')
  await expect(desk).toHaveURL(/\/next$/)
  await expect(desk.getByRole('region', { name: 'What they ask' })).toContainText('No light.')
  await desk.keyboard.press('Escape') // out of the answer that waits to be written
  await desk.keyboard.press('Escape')
  await expect(desk).toHaveURL(/\/inbox\/unassigned\/\d+$/)

  await desk.keyboard.press('/')
  await expect(desk.getByLabel('Search everything')).toBeFocused()
  await desk.keyboard.type('move')
  const hit = desk.getByRole('group', { name: 'Results' }).getByRole('link', { name: 'Joost de Vries' })
  await expect(hit.locator('mark')).toHaveText('move')
  await desk.keyboard.press('ArrowDown')
  await expect(hit).toBeFocused()
  await desk.keyboard.press('Enter')
  await expect(clock(desk)).toContainText('Moving house')
})

test('the palette does by name what the keys do', async ({ desk }) => {
  await open(desk, 'Marta Oliveira')
  await desk.keyboard.press('Control+k')
  const palette = desk.getByRole('dialog', { name: 'Do anything' })
  await expect(palette.getByRole('combobox')).toBeFocused()
  await desk.keyboard.type('urgent')
  await expect(palette.getByRole('option', { selected: true })).toContainText('Make it urgent')
  await desk.keyboard.press('Enter')
  await expect(palette).toBeHidden()
  await expect(desk.getByRole('status').filter({ hasText: 'Marta Oliveira is urgent' })).toBeVisible()

  await desk.keyboard.press('?')
  const sheet = desk.getByRole('dialog', { name: 'Keyboard shortcuts' })
  await expect(sheet).toContainText('Next: the one due first')
  await desk.keyboard.press('Escape')
  await expect(sheet).toBeHidden()

  await desk.keyboard.press('i')
  await expect(desk.getByRole('status').filter({ hasText: 'Marta Oliveira is yours' })).toBeVisible()
  await desk.keyboard.press('g')
  await desk.keyboard.press('m')
  await expect(desk).toHaveURL(/\/inbox\/mine$/)
  await expect(row(desk, 'Marta Oliveira')).toBeVisible()
})

test('one answers, and the next one comes', async ({ kept, desk }) => {
  await desk.keyboard.press('n')
  await ready(desk)
  await desk.keyboard.type('Please restart the router once.')
  await desk.keyboard.press('Control+Enter')
  expect((await kept.sent.to('marta@customers.test')).text).toContain('Please restart the router once.')
  await expect(desk.getByRole('region', { name: 'What they ask' })).toContainText('Can my line move?')
  await ready(desk)
  await desk.keyboard.type('Yes. I find out when.')
  await desk.getByRole('button', { name: 'Send, still ours: next word by…' }).click()
  const by = desk.getByRole('group', { name: 'Next word by…' })
  await by.getByRole('group', { name: 'Times to offer' }).getByRole('button').first().click()
  await by.getByLabel('What will they hear by then?').fill('when the line can move')
  await by.getByRole('button', { name: 'Set' }).click()
  await composer(desk).getByRole('button', { name: 'Send, still ours' }).click()
  await expect(desk.getByRole('status').filter({ hasText: 'Sent to Joost. The clock stands at' })).toBeVisible()
  await expect(desk.getByRole('heading', { name: 'Everyone has heard from you' })).toBeVisible()
  await arrive(desk, '/inbox/mine')
  await open(desk, 'Joost de Vries')
  await expect(clock(desk)).toContainText('when the line can move')
})

test('who sends twice in one breath has sent once, and goes on to the next', async ({ kept, desk }) => {
  for (const name of ['Ewa', 'Tom'])
    await kept.receive({ from: `${name} Last <${name.toLowerCase()}@customers.test>`, to: kept.inbox, subject: `I am ${name}`, text: 'Hello?' })
  await expect(row(desk, 'Tom Last')).toBeVisible()
  await open(desk, 'Joost de Vries') // answered, it stays in hand between rows that are ours
  await write(desk, 'Yes, it can.')
  await composer(desk).getByRole('button', { name: 'Send and wait' }).dblclick()
  await expect(desk.getByRole('status').filter({ hasText: 'Sent to Joost' })).toBeVisible()
  await expect(said(desk).getByText('Yes, it can.', { exact: true })).toHaveCount(1)
  await open(desk, 'Ewa Last')
  await expect(clock(desk)).toContainText('I am Ewa')
})

test('a draft survives a reload', async ({ desk }) => {
  await open(desk, 'Marta Oliveira')
  await write(desk, 'Dear Marta, the lamp')
  await desk.reload() // in the middle of a word, before anything was saved on the server
  await ready(desk)
  await expect(composer(desk).getByRole('textbox')).toHaveText('Dear Marta, the lamp')
  await expect(composer(desk)).toContainText(/Saved \d/)
})

test('who is put out in the middle of an answer comes back to it', async ({ desk }) => {
  await open(desk, 'Marta Oliveira')
  const at = new URL(desk.url()).pathname
  await desk.context().clearCookies() // as a session ends
  await write(desk, 'Dear Marta, the lamp')
  await desk.getByLabel('Your work email').fill(agent.email)
  await desk.getByLabel('Password').fill(agent.password)
  await desk.getByRole('button', { name: 'Sign in' }).click()
  await ready(desk)
  expect(new URL(desk.url()).pathname).toBe(at)
  await expect(composer(desk).getByRole('textbox')).toHaveText('Dear Marta, the lamp')
})

test('a draft survives a pulled plug', async ({ kept, desk, browser }) => {
  await open(desk, 'Marta Oliveira')
  await write(desk, 'Dear Marta, the lamp is')
  await expect(composer(desk)).toContainText(/Saved \d/)
  await kept.kill()
  await desk.keyboard.type(' green')
  await expect(composer(desk)).toContainText('Saved in this browser')
  await kept.serve()

  // Another browser of the same agent knows what the server had; this one knows what was written without it.
  const elsewhere = await browser.newContext({ baseURL: kept.url, storageState: await desk.context().storageState() })
  const there = await elsewhere.newPage()
  await there.addInitScript(() => localStorage.clear())
  await arrive(there, desk.url())
  await expect(composer(there).getByRole('textbox')).toHaveText('Dear Marta, the lamp is')
  await elsewhere.close()

  await desk.reload()
  await ready(desk)
  await expect(composer(desk).getByRole('textbox')).toHaveText('Dear Marta, the lamp is green')
  await composer(desk).getByRole('textbox').focus()
  await desk.keyboard.press('Control+Enter')
  await expect(said(desk)).toContainText('Dear Marta, the lamp is green')
  expect((await kept.sent.to('marta@customers.test')).text).toContain('the lamp is green')
  await expect(composer(desk).getByRole('textbox')).toHaveText('')
  await calm(desk)
})

test('a draft is there when one comes back to it', async ({ desk }) => {
  await open(desk, 'Marta Oliveira')
  await write(desk, 'Dear Marta, the lamp')
  await composer(desk).getByRole('button', { name: 'Send, still ours: next word by…' }).click()
  const by = desk.getByRole('group', { name: 'Next word by…' })
  await by.getByRole('group', { name: 'Times to offer' }).getByRole('button').first().click()
  const saved = desk.waitForResponse((answer) => answer.url().endsWith('/draft') && (answer.request().postData() ?? '').includes('next'))
  await by.getByRole('button', { name: 'Set' }).click()
  await saved // and is nowhere else than on the server
  await open(desk, 'Joost de Vries')
  await expect(clock(desk)).toContainText('Moving house')
  await open(desk, 'Marta Oliveira')
  await expect(clock(desk)).toContainText('The line is dead')
  await expect(composer(desk).getByRole('textbox')).toHaveText('Dear Marta, the lamp')
  await expect(composer(desk).getByRole('button', { name: 'Send, still ours', exact: true })).toBeVisible() // the time is there, too
})

test('what is being written stays when the live stream greets late', async ({ desk }) => {
  let greet = () => {}
  const late = new Promise<void>((go) => (greet = go))
  await desk.route('**/api/events', async (route) => {
    await late
    await route.continue()
  })
  await desk.goto('/next')
  await ready(desk)
  await desk.keyboard.type('Please restart')
  const looks = desk.waitForResponse((answer) => /\/api\/conversations\/\d+$/.test(answer.url()))
  greet()
  await looks // after the greeting the desk looks again, for what it may have missed
  await desk.keyboard.type(' the router once.')
  await expect(composer(desk).getByRole('textbox')).toHaveText('Please restart the router once.')
  await expect(desk.getByRole('region', { name: 'What they ask' })).toContainText('No light.')
})
