/* The service worker for web push, and nothing else: it shows a word to who is paged, and opens the page on a click. */
self.addEventListener('install', () => self.skipWaiting())
self.addEventListener('activate', (event) => event.waitUntil(self.clients.claim()))

self.addEventListener('push', (event) => {
  let word = {}
  try {
    word = event.data.json()
  } catch {
    // not ours; a browser wants to see something all the same
  }
  const shown = self.registration.showNotification(word.title || 'Kept', {
    body: word.text || '',
    tag: word.page ? `page ${word.page}` : `promise ${word.promise || 0}`,
    renotify: true,
    requireInteraction: true,
    icon: '/mark.svg',
    data: { url: word.url || '/' },
  })
  event.waitUntil(shown)
})

self.addEventListener('notificationclick', (event) => {
  event.notification.close()
  const url = new URL(event.notification.data.url, self.location.origin)
  if (url.origin !== self.location.origin) return
  event.waitUntil(open(url))
})

async function open(url) {
  const windows = await self.clients.matchAll({ type: 'window', includeUncontrolled: true })
  for (const one of windows) {
    if (one.url === url.href) return one.focus()
  }
  return self.clients.openWindow(url)
}
