/** Every screen, as axe sees it: at a desk and in a hand, in light and in dark. */
import type { Page } from '@playwright/test'
import { arrive, axeClean, calm, clock, composer, desktop, expect, idInHand, open, owner, phone, ready, row, said, sitDown, test as bare } from './desk'
import { Kept } from './kept'
import { customersPage } from './sink'

const lists = ['mine', 'unassigned', 'open', 'pending', 'solved', 'snoozed', 'closed', 'spam']
const test = bare.extend<{ empty: Kept }>({
  empty: async ({}, use) => {
    const kept = await Kept.start([owner], { outbox: true })
    try {
      await use(kept)
    } finally {
      await kept.end()
    }
  },
})

test.describe.configure({ timeout: 180_000 }) // many looks, each of which walks the whole tree

test('the door and the first start', async ({ kept, page }) => {
  await page.goto('/sign-in')
  await expect(page.getByRole('button', { name: 'Sign in' })).toBeVisible()
  await axeClean(page, 'the door')
  await page.getByLabel('Your work email').fill('nobody@northlight.test')
  await page.getByLabel('Password').fill('nobody knows it')
  await page.getByRole('button', { name: 'Sign in' }).click()
  await expect(page.getByRole('alert')).toBeVisible()
  await axeClean(page, 'the door, refused')

  const first = await Kept.start([])
  try {
    await page.goto(first.url)
    await expect(page.getByRole('button', { name: 'Open the desk' })).toBeVisible()
    await axeClean(page, 'the first start')
  } finally {
    await first.end()
  }
  expect(kept.log).not.toContain('level=ERROR')
})

test('an empty desk', async ({ empty, page, context }) => {
  await context.clearCookies()
  await page.request.post(`${empty.url}/api/session`, { data: { email: owner.email, password: owner.password } })
  await page.goto(`${empty.url}/outbox`)
  await expect(page.getByRole('heading', { name: 'Nothing has left yet' })).toBeVisible()
  await axeClean(page, 'the empty outbox')
  for (const list of lists) {
    await page.goto(`${empty.url}/inbox/${list}`)
    await expect(page.locator('section.list').getByRole('heading', { level: 2 })).toBeVisible()
    await axeClean(page, `${list}, empty`)
  }
  await page.goto(`${empty.url}/next`)
  await expect(page.getByRole('heading', { name: 'Everyone has heard from you' })).toBeVisible()
  await axeClean(page, 'nobody is next')

  await arrive(page, `${empty.url}/outbox`)
  await empty.receive({ from: 'Marta Oliveira <marta@customers.test>', to: empty.inbox, subject: 'The line is dead', text: 'No light.' })
  await page.getByRole('button', { name: 'marta@customers.test' }).click()
  await axeClean(page, 'the outbox')
})

test('lists and conversations', async ({ kept, page }) => {
  await sitDown(page, owner)
  await aFullDesk(kept, page)
  for (const list of lists) {
    await arrive(page, `/inbox/${list}`)
    await axeClean(page, list)
  }
  await arrive(page, '/inbox/open')
  await page.getByRole('button', { name: 'All open' }).click()
  await axeClean(page, 'the menu of lists', [desktop])
  await page.keyboard.press('Escape')

  await open(page, 'Marta Oliveira')
  await expect(clock(page)).toContainText('Missed')
  await axeClean(page, 'a conversation with a missed promise, an HTML mail, a note and a file')
  for (const menu of ['Assign', 'Snooze', 'More']) {
    await page.getByRole('button', { name: new RegExp(`^${menu}`) }).first().click()
    await expect(page.getByRole('menu')).toBeVisible()
    await axeClean(page, `the menu ${menu}`, [desktop])
    await page.keyboard.press('Escape')
  }
  await page.getByRole('button', { name: 'Edit details' }).click()
  await axeClean(page, 'the customer’s details', [desktop])
})

test('every way to write', async ({ kept, page }) => {
  await sitDown(page, owner)
  await kept.receive({ from: 'Marta Oliveira <marta@customers.test>', to: kept.inbox, subject: 'The line is dead', text: 'No light.' })
  await open(page, 'Marta Oliveira')
  await composer(page).getByRole('textbox').click()
  await page.keyboard.type('Please restart the router.')
  await axeClean(page, 'the composer')
  await composer(page).getByRole('button', { name: 'Send, still ours: next word by…' }).click()
  const by = page.getByRole('group', { name: 'Next word by…' })
  const offered = by.getByRole('group', { name: 'Times to offer' }).getByRole('button')
  await expect(offered.first()).toBeVisible()
  await axeClean(page, 'next word by')
  await offered.first().click()
  await by.getByRole('button', { name: 'Set' }).click()
  await axeClean(page, 'the composer with a next word')
  await page.setViewportSize(phone)
  await composer(page).getByRole('button', { name: 'Other ways to send' }).click()
  await axeClean(page, 'the ways to send', [phone])
  await page.keyboard.press('Escape')
  await composer(page).getByRole('button', { name: 'Note' }).click()
  await axeClean(page, 'a note')

  await page.goto('/inbox/unassigned')
  await calm(page)
  await page.keyboard.press('c')
  await expect(page.getByRole('dialog').getByLabel('Their email')).toBeVisible()
  await axeClean(page, 'a new conversation')
  await page.keyboard.press('Escape')
  await open(page, 'Marta Oliveira')
  await page.keyboard.press('p')
  await expect(page.getByRole('dialog')).toBeVisible()
  await axeClean(page, 'a promise recorded')
})

test('next, search, palette, keys, and one’s own menu', async ({ kept, page }) => {
  await sitDown(page, owner)
  await kept.receive({ from: 'Marta Oliveira <marta@customers.test>', to: kept.inbox, subject: 'The line is dead', text: 'No light.' })
  await expect(row(page, 'Marta Oliveira')).toBeVisible()
  await arrive(page, '/search?q=light')
  await expect(page.locator('mark')).toHaveText('light')
  await axeClean(page, 'search')
  await arrive(page, '/search?q=zebra')
  await expect(page.getByRole('heading', { name: 'Nothing found' })).toBeVisible()
  await axeClean(page, 'search without results')
  await arrive(page, '/inbox/unassigned')
  for (const [key, what] of [['Control+k', 'the palette'], ['?', 'the keys']] as const) {
    await page.keyboard.press(key)
    await expect(page.getByRole('dialog')).toBeVisible()
    await axeClean(page, what)
    await page.keyboard.press('Escape')
    await expect(page.getByRole('dialog')).toBeHidden()
  }
  await page.getByRole('button', { name: 'Ada Brandt, your menu' }).click()
  await expect(page.getByRole('menu')).toBeVisible()
  await axeClean(page, 'one’s own menu', [desktop])
  await page.keyboard.press('Escape')
  await arrive(page, '/next')
  await ready(page)
  await axeClean(page, 'next')
})

test('the house’s own affairs', async ({ page }) => {
  await sitDown(page, owner)
  for (const section of ['organization', 'inboxes', 'agents', 'teams', 'companies', 'hours', 'policies', 'on-call']) {
    await arrive(page, `/admin/${section}`)
    await expect(page.getByRole('main').locator('form, table, ul, ol, section, .mid').first()).toBeVisible()
    await axeClean(page, section)
  }
})

test('the customer’s page', async ({ kept, page }) => {
  await kept.receive({ from: 'Marta Oliveira <marta@customers.test>', to: kept.inbox, subject: 'The line is dead', text: 'No light.' })
  const hers = customersPage(await kept.sent.to('marta@customers.test'))
  await page.goto(hers)
  await axeClean(page, 'the customer’s page, ours')
  const ways = await page.getByRole('main').getByRole('link').evaluateAll((links) => links.map((link) => (link as HTMLAnchorElement).href))
  const asked = [...new Set(ways.filter((way) => new URL(way).pathname.startsWith('/c/')))]
  expect(asked.length).toBeGreaterThan(1)
  for (const way of asked) {
    await page.goto(way)
    await expect(page.locator('form button').first()).toBeVisible()
    await axeClean(page, `the customer is asked: ${new URL(way).pathname.split('/').pop()}`)
  }
  await page.goto(`${kept.url}/c/nothing-like-it`)
  await axeClean(page, 'a customer’s link that is none')

  const desk = await page.context().newPage()
  await sitDown(desk, owner)
  await open(desk, 'Marta Oliveira')
  const [seen] = await Promise.all([page.context().waitForEvent('page'), desk.getByRole('link', { name: 'The customer’s page' }).click()])
  await expect(seen.getByRole('note')).toHaveText('This is how Marta Oliveira sees it; the buttons are theirs.')
  await expect(seen.getByRole('main').getByRole('link')).toHaveCount(0)
  await axeClean(seen, 'the customer’s page, as we see it')
  await promised(desk, 'We call you', 300)
  await expect(clock(desk)).toContainText('Missed')
  await page.goto(hers)
  await axeClean(page, 'the customer’s page, missed')
  await page.goto(`${hers}/works`)
  await page.getByRole('button').click()
  await expect(page.getByRole('status')).toBeVisible()
  await axeClean(page, 'the customer’s page, closed')
})

/** A promise to the customer of the conversation in hand, due that many milliseconds from now. */
async function promised(page: Page, words: string, ms: number) {
  const due = new Date(Date.now() + ms).toISOString()
  const answer = await page.request.post(`/api/conversations/${idInHand(page)}/promises`, { data: { words, due } })
  expect(answer.status()).toBe(200)
}

/** One conversation in every list; Marta's has everything that a conversation can show. */
async function aFullDesk(kept: Kept, page: Page) {
  const names = ['Marta Oliveira', 'Pending Person', 'Solved Person', 'Snoozed Person', 'Closed Person', 'Spam Person']
  for (const name of names) {
    const from = `${name} <${name.split(' ')[0]!.toLowerCase()}@customers.test>`
    await kept.receive({ from, to: kept.inbox, subject: `About ${name}`, text: 'No light.', ...(name === names[0] && drawn) })
    await expect(row(page, name)).toBeVisible()
  }
  const ids = new Map<string, string>()
  for (const name of names) ids.set(name.split(' ')[0]!, /\d+$/.exec((await row(page, name).getAttribute('href'))!)![0])
  const tell = async (name: string, verb: 'post' | 'patch', path: string, data: object) =>
    expect((await page.request[verb](`/api/conversations/${ids.get(name)}${path}`, { data })).ok(), `${name} ${path}`).toBe(true)
  await tell('Pending', 'post', '/reply', { html: '<p>Which lamps are lit?</p>', then: 'wait', seen: 0 })
  await tell('Solved', 'post', '/reply', { html: '<p>Reset.</p>', then: 'solve', seen: 0 })
  await tell('Snoozed', 'patch', '', { snoozed_until: new Date(Date.now() + 3_600_000).toISOString() })
  await tell('Spam', 'patch', '', { status: 'spam' })
  await tell('Marta', 'patch', '', { assignee: 1 })
  await tell('Marta', 'post', '/notes', { html: '<p>The <b>street</b> is dark.</p>' })
  await tell('Marta', 'post', '/promises', { words: 'I call you', due: new Date(Date.now() + 300).toISOString() })
  await tell('Marta', 'post', '/reply', { html: '<p>I look into it.</p>', then: 'ours', seen: 0 })
  const closed = customersPage(await kept.sent.to('closed@customers.test'))
  expect((await page.request.post(`${closed}/works`)).ok()).toBe(true)
  await arrive(page, '/inbox/open')
  await open(page, 'Marta Oliveira')
  await expect(said(page)).toContainText('Broken.')
}

const drawn = {
  html: '<table bgcolor="#fff6d8" cellpadding="12"><tr><td><h1 style="color:#a04000">No light</h1><p>since <b>this morning</b></p><img src="https://pictures.test/a.png" alt="The router"></td></tr></table>',
  file: { name: 'lamps.txt', text: 'power: on; line: off' },
}
