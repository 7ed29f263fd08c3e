/** The customer's page, as somebody upset uses it: no account, no script, every word with a button that asks first. */
import { type Page } from '@playwright/test'
import { axeClean, expect, open, owner, sitDown, test as bare } from './desk'
import type { Kept } from './kept'
import { customersPage } from './sink'

// What is shown must not need a script; only the looks of axe do.
const test = bare.extend<{ theirs: string }>({
  theirs: async ({ kept }, use) => {
    await kept.receive({ from: 'Marta Oliveira <marta@customers.test>', to: kept.inbox, subject: 'No line', text: 'The line is dead.' })
    await use(customersPage(await kept.sent.to('marta@customers.test')))
  },
})

test('chase, sooner, somebody senior, words and a file, no longer needed', async ({ kept, browser, theirs }) => {
  const page = await plain(browser)
  await page.goto(theirs)
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
  await expect(page.getByRole('link', { name: 'It works now' })).toHaveCount(0) // nothing was said yet that could have helped

  await page.getByRole('link', { name: 'Add words or files' }).click()
  await page.getByLabel('What would you like to say?').fill('Is anybody there?')
  await page.getByLabel('Files').setInputFiles({ name: 'lamp.png', mimeType: 'image/png', buffer: Buffer.from('red') })
  await page.getByRole('button', { name: 'Send' }).click()
  await expect(page.getByRole('status')).toContainText('Your words are with us.')
  await expect(page.getByText('1 file: lamp.png (3 B)')).toBeVisible()

  await page.getByRole('link', { name: 'I need it sooner' }).click()
  await page.getByRole('button', { name: 'Send' }).click()
  await expect(page.getByRole('alert')).toContainText('Say by when you need it, or why.')
  await page.getByLabel('By when?').fill(local(3))
  await page.getByLabel('Why?').fill('I interpret for hospitals by video.')
  await page.getByLabel('How many hours a day').fill('9')
  await page.getByLabel('No, not at all').check()
  await page.getByRole('button', { name: 'Send' }).click()
  await expect(page.getByRole('status')).toContainText(/What we promised was .* Now it is .*Ada Brandt decides who does what\./)
  await expect(page.getByText('It counts as urgent.')).toBeVisible()
  expect((await kept.sent.to(owner.email)).header('Subject')).toContain('No line')

  await page.getByText('Something else').click()
  await page.getByRole('link', { name: 'Take it to someone senior' }).click()
  await page.getByRole('button', { name: 'Yes, take it there' }).click()
  await expect(page.getByRole('status')).toContainText('Ada Brandt knows. You hear from')

  await page.getByText('Something else').click()
  await page.getByRole('link', { name: 'No longer needed We stop' }).click()
  await page.getByLabel('All of it: close this matter').check()
  await page.getByRole('button', { name: 'I no longer need it' }).click()
  await expect(page.getByRole('status')).toContainText('We stopped, and closed this matter.')
  await expect(page.getByText(/You told us that you no longer need it/)).toBeVisible()
  await page.context().close()
  const checked = await (await kept.stop(), kept.command('check', '--replay'))
  expect(checked).toContain(', 0 violations')
})

test('a workaround that does not help, and how to reach them, in German', async ({ kept, browser, theirs, page: desk }) => {
  const id = await answered(kept, desk)
  const page = await plain(browser)
  await page.goto(theirs)
  await expect(page.getByText('Working again, for now.')).toBeVisible()
  await page.getByRole('link', { name: 'This workaround does not help' }).click()
  await page.getByRole('button', { name: 'No, it doesn’t help' }).click()
  await expect(page.getByRole('status')).toContainText('We look for another way.')
  await expect(page.getByRole('link', { name: 'This workaround does not help' })).toHaveCount(0)

  await page.getByText('Something else').click()
  await page.getByRole('link', { name: 'Change how and when we reach you' }).click()
  await page.getByLabel('Your name').fill('Marta Freifrau von Oliveira')
  await page.getByLabel('Language').selectOption('de')
  await page.getByLabel('Time zone').fill('Nirgendwo')
  await page.getByRole('button', { name: 'Save' }).click()
  await expect(page.getByRole('alert')).toContainText('We don’t know this time zone.')
  await page.getByLabel('Time zone').fill('Vienna')
  await page.getByRole('button', { name: 'Save' }).click()
  await expect(page.getByRole('status')).toContainText('Es ist gespeichert.')
  await page.context().close()

  // An agent takes the links back: the old one opens nothing any more.
  expect((await desk.request.post(`/api/conversations/${id}/links/revoke`)).status()).toBe(200)
  expect((await desk.request.get(theirs)).status()).toBe(410)
})

test('how they are reached is seen at the desk at once: a number to confirm, and hours beside those agreed', async ({ browser, theirs, page: desk }) => {
  await sitDown(desk, owner)
  await open(desk, 'Marta Oliveira')
  const about = desk.getByRole('complementary', { name: 'The customer' })
  const page = await plain(browser)
  await page.goto(theirs + '/reach')
  await page.getByLabel('Telephone').fill('+353 86 123 4567')
  await page.getByLabel('When do we reach you best?').selectOption('17-20')
  await page.getByRole('button', { name: 'Save' }).click()
  await expect(page.getByRole('status')).toContainText('From now on we go by it.')

  await expect(about.getByRole('link', { name: '+353 86 123 4567' })).toBeVisible()
  await expect(about).toContainText('Given on their page, not confirmed.')
  await expect(about).toContainText('Best reached on weekdays, 17–20')
  await axeClean(desk, 'a number that nobody has confirmed')

  // Other details that an agent corrects confirm nothing; the hours that they agree hold.
  await desk.request.post('/api/calendars', { data: { name: 'Mornings', time_zone: 'Europe/Dublin', hours: { mon: { '08:00': '10:00' }, tue: { '08:00': '10:00' }, wed: { '08:00': '10:00' } } } })
  await about.getByRole('button', { name: 'Edit details' }).click()
  await about.getByLabel('How they like to be treated').fill('In the evening.')
  await about.getByLabel('Agreed hours').selectOption('Mornings')
  await about.getByRole('button', { name: 'Save' }).click()
  await expect(about).toContainText('Given on their page, not confirmed.')
  await expect(about).toContainText('Would like to be reached on weekdays, 17–20. What was agreed holds.')
  await page.goto(theirs + '/reach')
  await expect(page.getByText('We agreed with you: Mon–Wed 8:00–10:00')).toBeVisible()
  await expect(page.getByLabel('When do we reach you best?')).toHaveValue('17-20')
  await page.getByRole('button', { name: 'Save' }).click()
  await expect(page.getByRole('status')).toContainText('yours stand beside them as a wish')

  await about.getByRole('button', { name: 'Confirm' }).click()
  await expect(about).not.toContainText('not confirmed')
  await expect(about.getByRole('link', { name: '+353 86 123 4567' })).toBeVisible()
  await page.context().close()
})

test('looking changes nothing, and every page is clean', async ({ kept, page, theirs }) => {
  await answered(kept, page)
  const before = await page.request.get('/api/counts').then((r) => r.text())
  const paths = ['', '/works', '/not-solved', '/words', '/sooner', '/senior', '/no-help', '/not-needed', '/reach', '?done=sooner']
  for (const path of paths) {
    await page.goto(theirs + path)
    await axeClean(page, `the customer’s page${path}`)
    const { scroll, width } = await page.evaluate(() => ({ scroll: document.documentElement.scrollWidth, width: innerWidth }))
    expect(scroll, path).toBeLessThanOrEqual(width)
  }
  await page.goto(theirs)
  await page.getByText('Something else').click()
  await axeClean(page, 'something else, unfolded')
  expect(await page.request.get('/api/counts').then((r) => r.text())).toBe(before)
})

/** A browser without scripts, on a telephone. */
async function plain(browser: import('@playwright/test').Browser): Promise<Page> {
  const context = await browser.newContext({ javaScriptEnabled: false, viewport: { width: 360, height: 740 } })
  return context.newPage()
}

/** The owner offers a workaround; resolved once the customer has it. */
async function answered(kept: Kept, desk: Page): Promise<number> {
  await desk.request.post('/api/session', { data: { email: owner.email, password: owner.password } })
  const list = await desk.request.get('/api/conversations?list=unassigned').then((r) => r.json())
  const id: number = list.items[0].id
  const answer = { html: '<p>A 5G router is at your door.</p>', then: 'ours', workaround: true }
  expect((await desk.request.post(`/api/conversations/${id}/reply`, { data: answer })).status()).toBe(200)
  await kept.sent.to('marta@customers.test')
  return id
}

/** So many hours from now, as a field of the house's clock takes it: the customer's zone isn't known. */
function local(hours: number): string {
  const at = new Date(Date.now() + hours * 3_600_000)
  const parts = new Intl.DateTimeFormat('sv-SE', { timeZone: 'Europe/Berlin', dateStyle: 'short', timeStyle: 'short' }).format(at)
  return parts.replace(' ', 'T')
}
