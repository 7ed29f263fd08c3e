/** Photographs the main screens of the demo into docs/images: `make screenshots`. */
import { expect, test as bare, type Page } from '@playwright/test'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { arrive, composer, open } from './desk'
import { binary, freePorts } from './kept'

const images = join(import.meta.dirname, '../docs/images')

const test = bare.extend<{ signInLink: string }>({
  /** A fresh demo, running; the one-time link that it prints is for its agent. */
  signInLink: async ({}, use) => {
    const folder = await mkdtemp(join(tmpdir(), 'kept-demo-'))
    const [port, smtp] = await freePorts(2)
    const flags = ['--data', folder, '--listen', `127.0.0.1:${port}`, '--smtp', `127.0.0.1:${smtp}`]
    const demo = spawn(binary, ['demo', ...flags], { stdio: ['ignore', 'pipe', 'inherit'] })
    const ended = once(demo, 'exit')
    try {
      await use(await printedLink(createInterface({ input: demo.stdout })))
    } finally {
      demo.kill('SIGTERM')
      await ended
      await rm(folder, { recursive: true, force: true })
    }
  },
})

async function printedLink(lines: AsyncIterable<string>): Promise<string> {
  for await (const line of lines) {
    const link = /https?:\/\/\S+\/sign-in\?token=\S+/.exec(line)?.[0]
    if (link) return link
  }
  throw new Error('kept demo ended without printing a sign-in link')
}

const desktop = { width: 1440, height: 900 }
const phone = { width: 360, height: 740 }
const galway = { locale: 'en-IE', timezoneId: 'Europe/Dublin' }
type Look = { size?: typeof desktop; colorScheme?: 'light' | 'dark' }

/** The page as a person sees it once it has come to rest. */
async function photograph(page: Page, name: string, { size = desktop, colorScheme = 'light' }: Look = {}): Promise<void> {
  await page.setViewportSize(size)
  await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
  await expect(page.getByRole('main')).toBeVisible()
  await expect(page.locator('[aria-busy="true"]')).toHaveCount(0)
  await page.evaluate(() => document.fonts.ready)
  await page.screenshot({ path: join(images, `${name}.png`), animations: 'disabled', caret: 'hide' })
}

/** Puts away the line that says who is handed over: the day check's picture shows it. */
async function putAway(page: Page): Promise<void> {
  await page.getByRole('status').getByRole('button', { name: 'Not now' }).click()
}

/** The path of the conversation with this person in that list. */
async function pathOf(page: Page, list: string, name: string): Promise<string> {
  const { items } = await (await page.request.get(`/api/conversations?list=${list}&limit=100`)).json()
  const found = (items as { id: number; contact_name: string }[]).find(({ contact_name }) => contact_name === name)
  expect(found, `${name} in ${list}`).toBeTruthy()
  return `/inbox/${list}/${found!.id}`
}

/** The customer's own page of a conversation, as our last mail to them names it: the owner sees what was sent. */
async function customersPage(owner: Page, path: string): Promise<string> {
  const read = async (what: string) => (await owner.request.get(what)).json()
  const { contact_email } = await read(`/api/conversations/${path.split('/').pop()}/row`)
  for (let next = '?'; next; ) {
    const { items, next_cursor } = await read(`/api/outbox${next}`)
    const mail = (items as { to: string; text: string }[]).find(({ to, text }) => to.includes(contact_email) && text.includes('/c/'))
    if (mail) return /https?:\/\/\S+\/c\/\w+/.exec(mail.text)![0]
    next = next_cursor && `?cursor=${encodeURIComponent(next_cursor)}`
  }
  throw new Error(`nothing was sent to ${contact_email}`)
}

test('the main screens of the demo', async ({ browser, signInLink }) => {
  await mkdir(images, { recursive: true })
  const context = await browser.newContext({ baseURL: new URL(signInLink).origin, viewport: desktop, ...galway })
  const page = await context.newPage()
  await page.goto('/sign-in')
  await photograph(page, 'signin')
  await page.goto(signInLink)
  await page.getByRole('button', { name: 'Sign in with this link' }).click()
  await page.waitForURL('**/inbox/**')

  const urgent = await pathOf(page, 'mine', 'Corrib Family Practice')
  const missed = await pathOf(page, 'mine', 'Tomasz Wieczorek')
  const calm = await pathOf(page, 'mine', 'Marta Oliveira')
  await arrive(page, urgent)
  await putAway(page)
  await photograph(page, 'desk-light')
  await photograph(page, 'desk-dark', { colorScheme: 'dark' })
  await arrive(page, missed)
  await photograph(page, 'conversation')
  await arrive(page, calm)
  await expect(composer(page).getByRole('textbox')).toContainText('Good to hear that it held') // the draft she left
  await composer(page).getByRole('textbox').click()
  await composer(page).getByRole('button', { name: 'Send, still ours: next word by…' }).click()
  await page.getByLabel('What will they hear by then?').fill('the day they dig')
  await page.getByRole('group', { name: 'Next word by…' }).getByRole('button').nth(1).click()
  await photograph(page, 'composer')
  await arrive(page, '/search?q=router')
  await open(page, 'Pádraig Mac Domhnaill')
  await photograph(page, 'search')
  await arrive(page, urgent)
  await page.keyboard.press('Control+k')
  await expect(page.getByRole('combobox', { name: 'What to do' })).toBeFocused()
  await page.keyboard.type('pr')
  await photograph(page, 'palette')
  await arrive(page, '/next')
  await photograph(page, 'next')
  await arrive(page, '/promises?whose=all')
  await photograph(page, 'promises')
  await arrive(page, '/day')
  await photograph(page, 'day')
  await arrive(page, '/asks')
  await photograph(page, 'asks')

  const small = await browser.newContext({
    baseURL: new URL(signInLink).origin,
    storageState: await context.storageState(),
    viewport: phone,
    deviceScaleFactor: 2,
    ...galway,
    isMobile: true,
    hasTouch: true,
  })
  const inHand = await small.newPage()
  await arrive(inHand, '/inbox/mine')
  await putAway(inHand)
  await photograph(inHand, 'phone-list', { size: phone })
  await arrive(inHand, urgent)
  await photograph(inHand, 'phone-conversation', { size: phone })
  await page.request.post('/api/session', { data: { email: 'maeve@northlight.test', password: 'eight hens and a lighthouse' } })
  await inHand.goto(await customersPage(page, urgent))
  await photograph(inHand, 'customer', { size: phone })
  await photograph(inHand, 'customer-dark', { size: phone, colorScheme: 'dark' })
  await inHand.goto(await customersPage(page, missed))
  await photograph(inHand, 'customer-missed', { size: phone })

  await arrive(page, '/admin/hours')
  await photograph(page, 'admin-calendar')
  await arrive(page, '/admin/policies')
  await page.getByRole('heading', { name: 'Everyone' }).getByRole('link').click()
  await expect(page.getByRole('textbox').first()).toBeVisible()
  await photograph(page, 'admin-policy')
})
