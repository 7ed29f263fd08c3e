import { expect, test } from './desk'

test('a new desk answers as soon as it says that it is ready', async ({ kept, request }) => {
  expect((await request.get('/healthz')).status()).toBe(200)
  await kept.stop()
  await kept.serve() // and again, on the same data
  expect((await request.get('/healthz')).status()).toBe(200)
})
