/** Photographs the main screens of the demo into docs/images: `make screenshots`. */
import { expect, test as bare, type Page } from '@playwright/test'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
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

/** The page as a person sees it once it has come to rest. */
async function photograph(page: Page, name: string): Promise<void> {
  await expect(page.locator('main').first()).toBeVisible()
  await expect(page.locator('[aria-busy="true"]')).toHaveCount(0)
  await page.evaluate(() => document.fonts.ready)
  await page.screenshot({ path: join(images, `${name}.png`), animations: 'disabled', caret: 'hide' })
}

test('the main screens of the demo', async ({ page, signInLink }) => {
  await mkdir(images, { recursive: true })
  const origin = new URL(signInLink).origin
  await page.setViewportSize({ width: 1440, height: 900 })
  await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' })
  await page.goto(signInLink)
  await page.waitForURL((url) => url.pathname !== '/sign-in')

  const open = await (await page.request.get(`${origin}/api/conversations?list=open&limit=1`)).json()
  const conversation = `/inbox/open/${open.items[0].id}`
  const screens: [string, string][] = [
    ['inbox', '/inbox/open'],
    ['conversation', conversation],
    ['search', '/search?q=router'],
    ['outbox', '/outbox'],
  ]
  for (const [name, path] of screens) {
    await page.goto(origin + path)
    await photograph(page, name)
  }
  await page.emulateMedia({ colorScheme: 'dark', reducedMotion: 'reduce' })
  await page.goto(origin + conversation)
  await photograph(page, 'conversation-dark')

  await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' })
  const outbox = await (await page.request.get(`${origin}/api/outbox`)).json()
  const letters: { text: string }[] = outbox.items
  const customers = letters.map(({ text }) => /https?:\/\/\S+\/c\/[\w.~-]+/.exec(text)?.[0]).find(Boolean)
  expect(customers, 'a mail in the outbox links to the customer’s page').toBeTruthy()
  await page.setViewportSize({ width: 390, height: 844 })
  await page.goto(origin + new URL(customers!).pathname)
  await photograph(page, 'customer-phone')
  await page.goto(origin + conversation)
  await photograph(page, 'conversation-phone')
})
