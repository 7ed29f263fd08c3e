/** A stand-in for the server, for looking at screens: the built desk, the story's data, the real policy's headers. */
import { createReadStream, existsSync, statSync } from 'node:fs'
import { createServer } from 'node:http'
import { extname, join, normalize } from 'node:path'
import { fileURLToPath } from 'node:url'
import * as story from './story.mjs'

const port = Number(process.env.PORT ?? 8099)
const dist = fileURLToPath(new URL('../dist', import.meta.url))
const began = Date.now()
const now = () => new Date(story.start + Date.now() - began).toISOString()
const types = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
}
const policy =
  "default-src 'self'; frame-src 'self'; img-src 'self' data: blob: https: http:; connect-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"

let language = 'en'
let collide = true
const screens = new Set()
const state = new Map() // conversations that were opened or changed
const all = () => [...story.rows, ...story.many]
const open = (id) => {
  const row = all().find((r) => r.id === id)
  if (row && !state.has(id)) state.set(id, story.full(row))
  return state.get(id)
}
const rowOf = (r) => {
  const { contact_card, record, earlier, promises, timeline, draft, ...row } = state.get(r.id) ?? r
  return row
}

const inList = {
  mine: (r) => r.assignee === 1 && !['closed', 'spam'].includes(r.status),
  unassigned: (r) => !r.assignee,
  open: (r) => r.status === 'open',
  pending: (r) => r.status === 'pending',
  solved: (r) => r.status === 'solved',
  closed: (r) => r.status === 'closed',
  snoozed: (r) => !!r.snoozed_until,
  spam: (r) => r.status === 'spam',
}
const listed = (name) =>
  all()
    .map(rowOf)
    .filter(inList[name])
    .sort((a, b) => a.turn - b.turn || (a.queue_due ?? '9').localeCompare(b.queue_due ?? '9'))
const count = (name) => {
  const rows = listed(name)
  return {
    n: Math.min(99, rows.length),
    more: rows.length > 99,
    missed: rows.filter((r) => r.queue_due < now()).length,
  }
}

const due = (minutes) => new Date(Date.parse(now()) + minutes * 60_000).toISOString()
function said(talk, kind, body) {
  const id = 9000 + Math.floor(Math.random() * 1e6)
  const author = { kind: 'agent', id: 1, name: 'Aoife Brennan' }
  const message = {
    id,
    conversation: talk.id,
    kind,
    author,
    automatic: false,
    subject: '',
    text: '',
    visible: '',
    html: body.html,
    from: '',
    to: [],
    cc: [],
    message_id: `${id}@northlight`,
    created_at: now(),
  }
  if (kind === 'outbound') message.delivery = 'accepted'
  talk.timeline.push({ at: now(), type: 'message', message })
  if (kind === 'outbound') {
    const promise = { ...talk.next, id: id + 1, state: 'open', told_at: now(), opened_at: now() }
    talk.next =
      body.then === 'ours'
        ? { ...promise, kind: 'custom', words: body.next?.words ?? '', due: body.next?.due ?? due(240) }
        : { ...promise, kind: body.then === 'solve' ? 'follow_up' : 'check_in', words: '', due: due(3 * 1440) }
    talk.queue_due = talk.next.due
    talk.status = { ours: 'open', wait: 'pending', solve: 'solved' }[body.then]
    talk.turn = body.then === 'ours' ? 0 : 1
    talk.promises = [talk.next]
    talk.draft = undefined
  }
  tell('event', { id, position: String(id), at: now(), type: 'message.written', actor: author, conversation: talk.id })
  return talk
}

function tell(event, data) {
  for (const res of screens) res.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`)
}

const problem = (status, detail) => ({ status, body: { status, title: 'Problem', detail } })
const ok = (body, status = 200) => ({ status, body })

/** Answers one operation; undefined: not found. */
function answer(method, path, query, body) {
  const [, , noun, id, more] = path.split('/')
  const talk = noun === 'conversations' && id ? open(Number(id)) : undefined
  switch (`${method} ${noun}${id ? '/:id' : ''}${more ? '/' + more : ''}`) {
    case 'GET setup':
      return ok({ needed: process.env.SETUP === '1' })
    case 'GET me':
      return process.env.SIGNED_OUT ? problem(401, 'Please sign in.') : ok({ ...story.me(language), now: now() })
    case 'PATCH me':
      language = body.language ?? language
      return ok({ ...story.me(language), now: now() })
    case 'POST session':
      return body.password === 'wrong'
        ? problem(401, 'This email and password don’t belong together.')
        : ok(story.me(language))
    case 'DELETE session':
      return ok(undefined, 204)
    case 'GET conversations': {
      if (process.env.EMPTY) return ok({ items: [], now: now() })
      const rows = listed(query.get('list'))
      const from = Number(query.get('cursor') ?? 0)
      const to = from + Number(query.get('limit') ?? 50)
      return ok({ items: rows.slice(from, to), ...(to < rows.length ? { next_cursor: String(to) } : {}), now: now() })
    }
    case 'GET counts':
      return ok(
        Object.fromEntries(
          Object.keys(inList).map((l) => [l, process.env.EMPTY ? { n: 0, missed: 0, more: false } : count(l)]),
        ),
      )
    case 'GET conversations/:id':
      return talk ? ok(talk) : problem(404, 'This conversation doesn’t exist.')
    case 'GET conversations/:id/row':
      return ok(rowOf(talk))
    case 'PATCH conversations/:id':
      Object.assign(talk, body)
      if (body.assignee !== undefined) talk.assignee_name = story.agents.find((a) => a.id === body.assignee)?.name
      return ok(talk)
    case 'POST conversations/:id/reply':
      if (talk.id === 3 && collide) {
        collide = false
        talk.timeline.push({
          at: now(),
          type: 'message',
          message: {
            id: 8000,
            conversation: 3,
            kind: 'outbound',
            author: { kind: 'agent', id: 2, name: 'Sara Lindqvist' },
            automatic: false,
            subject: '',
            text: 'Hello Ewa, the second charge goes back today.',
            visible: 'Hello Ewa, the second charge goes back today.',
            from: '',
            to: [],
            cc: [],
            message_id: 'x',
            created_at: now(),
            delivery: 'accepted',
          },
        })
        return problem(409, 'Sara Lindqvist answered one minute ago.')
      }
      return ok(said(talk, 'outbound', body))
    case 'POST conversations/:id/notes':
      return ok(said(talk, 'note', body))
    case 'PUT conversations/:id/draft':
      talk.draft = { agent: 1, conversation: talk.id, ...body, saved_at: now() }
      return ok({ saved_at: now() })
    case 'DELETE conversations/:id/draft':
    case 'PUT conversations/:id/presence':
    case 'DELETE conversations/:id/presence':
      return ok(undefined, 204)
    case 'POST conversations/:id/promises':
      talk.promises.push({
        ...talk.next,
        id: Date.now(),
        kind: 'custom',
        ...body,
        state: 'open',
        opened_at: now(),
        told_at: now(),
      })
      return ok(talk)
    case 'GET next': {
      const after = Number(query.get('after') ?? 0)
      const first = process.env.EMPTY
        ? undefined
        : listed('mine').find((r) => r.id !== after && r.status === 'open' && !r.snoozed_until)
      return ok(first ? { conversation: first.id } : {})
    }
    case 'GET proposals':
      return ok({
        items: [
          { label_key: 'in_2_hours', due: due(120) },
          { label_key: 'today_end', due: story.at(220 * 60_000) },
          { label_key: 'tomorrow_noon', due: story.at(21.67 * 3_600_000) },
          { label_key: 'cadence', due: story.at(24 * 3_600_000) },
        ],
      })
    case 'POST uploads':
      return ok({ id: Date.now(), name: 'file', type: 'text/plain', size: 1200 })
    case 'GET search': {
      const words = query.get('q').toLowerCase()
      const hits = all()
        .filter((r) => `${r.contact_name} ${r.subject} ${r.last_words}`.toLowerCase().includes(words))
        .slice(0, 20)
      const mark = (t) => t.replace(new RegExp(words.replace(/\W/g, '.'), 'gi'), (m) => `\u0001${m}\u0002`)
      return ok({
        items: hits.map((r) => ({
          conversation: rowOf(r),
          message: r.id,
          at: r.last_inbound_at,
          snippet: mark(`${r.subject}. ${r.last_words}`),
        })),
      })
    }
    case 'PATCH contacts/:id': {
      const of = [...state.values()].find((t) => t.contact === Number(id))
      Object.assign(of.contact_card, body)
      return ok(of.contact_card)
    }
    case 'POST messages/:id':
      return undefined
    case 'POST messages/:id/retry':
      return ok(open(3))
    case 'GET outbox':
      return ok({
        items: [
          {
            id: 'a',
            at: story.at(-60_000),
            to: 'Marta Oliveira <marta@oliveira.example>',
            subject: 'Re: No line, and I work weekends',
            text: 'You will work tomorrow at nine.',
            html: '<p>You will work tomorrow at nine, Marta.</p><p style="color:#666">Northlight Broadband</p>',
            raw_url: '/api/outbox/a/raw',
          },
          {
            id: 'b',
            at: story.at(-3_600_000),
            to: 'Ewa Brzezińska <ewa@example.pl>',
            subject: 'We have your mail: an answer today by 15:05',
            text: 'You hear from us today by 15:05.',
            html: '',
            raw_url: '#',
          },
        ],
      })
    case 'GET organization':
    case 'PATCH organization':
      return ok({ ...story.organization, ...body })
    case 'GET inboxes':
      return ok({ items: story.inboxes })
    case 'GET agents':
      return ok({ items: story.agents.map((a) => ({ ...a, zone: '', language: 'en', created_at: now() })) })
    case 'GET calendar':
    case 'PUT calendar':
      return ok(body ?? story.calendar)
    case 'GET policies':
      return ok({ items: story.policies })
    case 'POST stir': // for tests: a new mail arrives, a promise breaks
      if (body.break)
        tell('event', { id: 1, at: now(), type: 'promise.broken', actor: { kind: 'system' }, conversation: body.break })
      if (body.arrive) {
        story.rows.push({
          ...story.rows[2],
          id: 50,
          contact: 50,
          contact_name: 'Nuala Quinn',
          subject: 'New here',
          viewers: [],
          queue_due: due(60),
          next: { ...story.rows[2].next, id: 51, due: due(60) },
        })
        tell('event', {
          id: 2,
          at: now(),
          type: 'message.received',
          actor: { kind: 'contact', name: 'Nuala Quinn' },
          conversation: 50,
        })
      }
      return ok({})
  }
}

createServer((req, res) => {
  const url = new URL(req.url, 'http://x')
  if (url.pathname === '/api/events') {
    res.writeHead(200, { 'Content-Type': 'text/event-stream' })
    res.write(`event: hello\ndata: ${JSON.stringify({ now: now() })}\n\n`)
    screens.add(res)
    req.on('close', () => screens.delete(res))
    return
  }
  const mail = /^\/api\/messages\/(\d+)\/html$/.exec(url.pathname)
  if (mail) {
    const html =
      [...state.values()].flatMap((t) => t.timeline).find((e) => e.message?.id === Number(mail[1]))?.message.html ?? ''
    res.writeHead(200, {
      'Content-Type': 'text/html; charset=utf-8',
      'Content-Security-Policy':
        "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:; sandbox allow-same-origin allow-popups",
    })
    res.end(
      `<!doctype html><meta charset="utf-8"><style>html{background:#fff}body{margin:0;padding:2px;font:15px/1.5 Inter,sans-serif}</style><body>${html}`,
    )
    return
  }
  if (url.pathname.startsWith('/api/')) {
    const parts = []
    req.on('data', (b) => parts.push(b))
    req.on('end', () => {
      const text = Buffer.concat(parts).toString()
      const body = text.startsWith('{') ? JSON.parse(text) : undefined
      const found = answer(req.method, url.pathname, url.searchParams, body) ?? problem(404, 'There is nothing here.')
      const type = found.status >= 400 ? 'application/problem+json' : 'application/json'
      res.writeHead(found.status, { 'Content-Type': type })
      res.end(found.body === undefined ? undefined : JSON.stringify(found.body))
    })
    return
  }
  let file = join(dist, normalize(url.pathname))
  if (!file.startsWith(dist) || !existsSync(file) || statSync(file).isDirectory()) file = join(dist, 'index.html')
  const headers = {
    'Content-Type': types[extname(file)] ?? 'application/octet-stream',
    'Content-Security-Policy': policy,
  }
  if (/\bbr\b/.test(req.headers['accept-encoding'] ?? '') && existsSync(file + '.br')) {
    headers['Content-Encoding'] = 'br'
    file += '.br'
  }
  res.writeHead(200, headers)
  createReadStream(file).pipe(res)
}).listen(port, () => console.log(`http://localhost:${port}`))
