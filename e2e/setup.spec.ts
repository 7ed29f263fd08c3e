/** The first start: from an empty folder to the first mail, in the browser alone. */
import { expect, row, test as bare } from './desk'
import { Kept } from './kept'

const test = bare.extend<{ kept: Kept }>({
  kept: async ({}, use) => {
    const kept = await Kept.start([])
    try {
      await use(kept)
    } finally {
      await kept.end()
    }
  },
})

test('an empty folder becomes a desk that takes mail', async ({ kept, page }) => {
  await page.goto('/')
  await expect(page).toHaveURL(/\/setup$/)
  await page.getByLabel('Name of the business').fill('Northlight Broadband')
  await page.getByLabel('Time zone').fill('Europe/Nowhere')
  await page.getByLabel('Your name').fill('Ada Brandt')
  await page.getByLabel('Your work email').fill('ada@northlight.test')
  await page.getByLabel('Mail address').fill('help@northlight.test')

  // What isn't right is said where it stands, and nothing that was written is lost.
  await page.getByLabel('Password').fill('a lamp in every window')
  await page.getByRole('button', { name: 'Open the desk' }).click()
  await expect(page.getByRole('alert').filter({ hasText: 'Europe/Nowhere' })).toBeVisible()
  await expect(page.getByLabel('Name of the business')).toHaveValue('Northlight Broadband')
  await page.getByLabel('Time zone').fill('Europe/Dublin')
  const listening = page.waitForResponse((response) => response.url().endsWith('/api/events'))
  await page.getByRole('button', { name: 'Open the desk' }).click()

  await expect(page).toHaveURL(/\/inbox\//)
  await listening
  await expect(page.getByRole('button', { name: 'Ada Brandt, your menu' })).toBeVisible()

  await kept.receive({ from: 'Marta Oliveira <marta@customers.test>', to: 'help@northlight.test', subject: 'Hello?', text: 'Is anyone there?' })
  await page.goto('/inbox/unassigned')
  await expect(row(page, 'Marta Oliveira')).toContainText('Hello?')
  expect((await kept.sent.to('marta@customers.test')).header('From')).toContain('Northlight Broadband')

  // The door is a door from now on.
  await page.goto('/setup')
  await expect(page).toHaveURL(/\/(sign-in|inbox\/mine)$/)
  expect((await page.request.post('/api/setup', { data: {} })).ok()).toBe(false)
})

test('one comes back by the door, and only with the right words', async ({ kept, page }) => {
  await kept.stop()
  await kept.command('user', 'add', '--email', 'ada@northlight.test', '--name', 'Ada Brandt', '--role', 'admin', '--password', 'a lamp in every window')
  await kept.serve()
  await page.goto('/inbox/open')
  await expect(page).toHaveURL(/\/sign-in\?to=/)
  await page.getByLabel('Your work email').fill('ada@northlight.test')
  await page.getByLabel('Password').fill('not that one')
  await page.getByRole('button', { name: 'Sign in' }).click()
  await expect(page.getByRole('alert')).toBeVisible()

  await page.getByLabel('Password').fill('a lamp in every window')
  await page.keyboard.press('Enter')
  await expect(page).toHaveURL(/\/inbox\/open$/)
  await expect(page.getByRole('heading', { name: 'Nobody waits for us' })).toBeVisible()

  await page.getByRole('button', { name: 'Ada Brandt, your menu' }).click()
  await page.getByRole('menuitem', { name: 'Sign out' }).click()
  await expect(page.getByRole('button', { name: 'Sign in' })).toBeVisible()
  expect((await page.request.get('/api/me')).status()).toBe(401)

  // A one-time link from the command line, once.
  const link = (await kept.command('user', 'link', 'ada@northlight.test', '--url', kept.url)).trim()
  await page.goto(link)
  await page.getByRole('button', { name: 'Sign in with this link' }).click()
  await expect(page).toHaveURL(/\/inbox\/mine$/)
  await page.request.delete('/api/session')
  await page.goto(link)
  await page.getByRole('button', { name: 'Sign in with this link' }).click()
  await expect(page.getByRole('alert')).toBeVisible()
})
