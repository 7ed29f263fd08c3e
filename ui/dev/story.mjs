/**
 * The mock's story as data: Northlight Broadband, Galway, Monday 18 May 2026, 14:20. Fixtures for looking at screens
 * without a server; nothing of it is shipped.
 */
export const start = Date.parse('2026-05-18T13:20:00Z') // 14:20 in Dublin
const zone = 'Europe/Dublin'
const min = 60_000
const hour = 60 * min
const day = 24 * hour
export const at = (offset) => new Date(start + offset).toISOString()

export const agents = [
  { id: 1, name: 'Aoife Brennan', email: 'aoife@northlight.test', role: 'admin' },
  { id: 2, name: 'Sara Lindqvist', email: 'sara@northlight.test', role: 'agent' },
  { id: 3, name: 'Jonas Weber', email: 'jonas@northlight.test', role: 'agent' },
]
export const inboxes = [
  {
    id: 1,
    name: 'Help',
    channel: 'email',
    address: 'help@northlight.test',
    from_name: 'Northlight Broadband',
    signature: 'Northlight Broadband, Galway',
  },
  {
    id: 2,
    name: 'Billing',
    channel: 'email',
    address: 'billing@northlight.test',
    from_name: 'Northlight Billing',
    signature: '',
  },
]
export const organization = {
  name: 'Northlight Broadband',
  zone,
  language: 'en',
  address: '3 Dock Road, Galway',
  brand: '#1f4e79',
  url: 'http://localhost:8099',
}
export const me = (language = 'en') => ({
  agent: { ...agents[0], zone: '', language, created_at: at(-400 * day) },
  organization,
  inboxes,
  agents,
  now: at(0),
  demo: true,
  version: 'dev',
  may: ['admin'],
})

let ids = 100
const id = () => ++ids
const promise = (conversation, to, kind, due, more = {}) => ({
  id: id(),
  conversation,
  to,
  kind,
  words: '',
  due: at(due),
  zone,
  source: kind === 'custom' ? 'agent' : 'policy',
  opened_at: at(due - 4 * hour),
  told_at: at(due - 4 * hour),
  state: 'open',
  ...more,
})

function row(n, name, subject, more) {
  const { kind = 'reply', due, next, ...rest } = more
  const c = {
    id: n,
    inbox: 1,
    contact: n,
    subject,
    status: 'open',
    priority: 'normal',
    language: 'en',
    created_at: at(-3 * day),
    last_inbound_at: at(-2 * hour),
    last_words: '',
    last_by: 'contact',
    chases: 0,
    second_time: false,
    contact_name: name,
    contact_email:
      name
        .toLowerCase()
        .normalize('NFD')
        .replace(/[^a-z]+/g, '.') + '@example.ie',
    inbox_name: 'Help',
    viewers: [],
    ...rest,
  }
  if (due !== undefined) c.next = promise(n, n, kind, due, next)
  if (c.next) c.queue_due = c.next.due
  c.turn = { pending: 1, solved: 1, closed: 2, spam: 2 }[c.status] ?? 0
  if (c.assignee) c.assignee_name = agents.find((a) => a.id === c.assignee).name
  return c
}

export const rows = [
  row(1, 'Tomasz Wieczorek', 'Router went to the old address', {
    kind: 'custom',
    due: -200 * min,
    assignee: 1,
    chases: 2,
    next: { state: 'broken', words: 'You have the tracking number by eleven.', settled_at: at(-200 * min) },
  }),
  row(2, 'Corrib Family Practice', 'Phones and card reader are down', {
    due: 20 * min,
    priority: 'urgent',
    assignee: 1,
  }),
  row(3, 'Ewa Brzezińska', 'Charged twice in May', {
    due: 45 * min,
    assignee: 1,
    viewers: [{ agent: 2, name: 'Sara Lindqvist', typing: false }],
  }),
  row(4, 'Marta Oliveira', 'No line, and I work weekends', {
    kind: 'custom',
    due: 130 * min,
    assignee: 1,
    second_time: true,
    last_words: 'Will the line be back by then?',
    next: { words: 'I write to you with what the line test found.', told_at: at(-3 * day - 4.8 * hour) },
  }),
  row(5, 'Hilda & Pat Mannion', 'Moving house on 30 May', {
    due: 160 * min,
    assignee: 1,
    snoozed_until: at(100 * min),
    last_words: 'Pat will ring with the Eircode after',
  }),
  row(6, 'Wilhelmina van der Straeten-Oosterhuis', 'Static address for the brewery’s cameras', {
    due: 19.17 * hour,
    assignee: 1,
    last_words: 'That suits us, thank you. One more thing about the second camera, though: it stands in the yard',
  }),
  row(7, 'سمير حدّاد', 'Which router do I send back?', {
    kind: 'check_in',
    due: 3 * day,
    status: 'pending',
    assignee: 1,
    last_by: 'agent',
    last_words: 'The white one, please. Is there a box?',
  }),
  row(8, 'Oisín Ó Conghaile', 'Slow evenings in Barna', {
    kind: 'follow_up',
    due: 4 * day,
    status: 'solved',
    assignee: 1,
    last_words: 'It works now, grand job',
  }),
]

const names = [
  'Ahmad Karimi',
  'Bríd Ní Fhlatharta',
  'Chiara Lombardi',
  'Declan Foy',
  'Eleni Papadaki',
  'Farid Haddad',
  'Grainne Walsh',
  'Henrik Sørensen',
  'Iga Nowak',
  'João Pereira',
  'Katrin Müller-Lüdenscheidt',
  'Liam Keane',
]
const subjects = [
  'No internet since this morning',
  'Invoice to the wrong name',
  'Please call me back',
  'Wifi does not reach the attic',
  'When does the technician come?',
  'Cancel my contract',
  'Thank you!',
  'Upload is slow',
]
export const many = Array.from({ length: 3000 }, (_, i) =>
  row(1000 + i, names[i % names.length], subjects[(i * 5) % subjects.length], {
    due: 30 * min + i * 11 * min,
    assignee: 0,
    last_words: 'I have tried everything that the leaflet says and it still blinks orange',
    chases: i % 9 === 4 ? 1 : 0,
  }),
)

let mid = 500
const message = (kind, author, when, visible, more = {}) => ({
  at: at(when),
  type: 'message',
  message: {
    id: ++mid,
    conversation: 4,
    kind,
    author,
    automatic: false,
    subject: 'No line, and I work weekends',
    text: visible,
    visible,
    from: 'Marta Oliveira <marta@oliveira.example>',
    to: ['help@northlight.test'],
    cc: [],
    message_id: `m${mid}@oliveira.example`,
    created_at: at(when),
    raw: 'abc',
    ...more,
  },
})
const marta = { kind: 'contact', id: 4, name: 'Marta Oliveira' }
const aoife = { kind: 'agent', id: 1, name: 'Aoife Brennan' }
const jonas = { kind: 'agent', id: 3, name: 'Jonas Weber' }
const fri = -3 * day

const mailHTML = `<table width="600" cellpadding="8" bgcolor="#ffffff"><tr><td style="border-bottom:2px solid #14573c"><img data-src="https://tracker.example/logo.png" alt="Oliveira Interpreting" width="160" height="40"></td></tr><tr><td style="font-family:Georgia;color:#333"><p>Here is the log that your colleague asked for:</p><ul><li>07:02 line drops</li><li>07:14 modem restarts</li><li>07:31 no sync</li></ul><p>Kind regards,<br><b>Marta</b></p><img data-src="https://tracker.example/p.gif" width="1" height="1"></td></tr></table>`

const timeline = [
  message(
    'inbound',
    marta,
    fri - 5.13 * hour,
    'It’s gone again, since seven this morning. Same as in April.\n\nI interpret for hospitals by video, five hours a day, also this Saturday and Sunday. You will have a weekend. I won’t. Please don’t tell me that it is “noted as urgent”. Tell me how I work tomorrow at nine.',
    { quoted: 'On 8 May, Northlight wrote:\n> Your line is repaired. We are sorry that it took five days.' },
  ),
  {
    at: at(fri - 5 * hour),
    type: 'change',
    event: { id: 1, type: 'conversation.changed', actor: aoife, data: { field: 'assignee', from: 0, to: 1 } },
  },
  message('outbound', { kind: 'system', name: 'Kept' }, fri - 5.12 * hour, '', {
    automatic: true,
    warnings: ['auto-replied'],
    text: 'Good morning Marta,\n\nwe have your mail. You hear from a person today by 13:12.\n\nNorthlight Broadband',
    delivery: 'accepted',
  }),
  message('outbound', aoife, fri - 4.8 * hour, 'You will work tomorrow at nine, Marta.', {
    html: '<p>You will work tomorrow at nine, Marta. A courier brings you a 5G router by 17:00 today. It has no limit: plug it in and start. We said 3 May and it became 8 May; that was our miss. Declan tests the cable on Monday, and I write to you by Monday 16:30 with what the line test found.</p>',
    delivery: 'accepted',
    delivered_at: at(fri - 4.8 * hour),
    relay: 'mx.oliveira.example',
  }),
  {
    at: at(fri + 1.5 * hour),
    type: 'promise',
    promise: promise(4, 4, 'custom', fri + 2.67 * hour, {
      words: '5G router at her door.',
      state: 'kept',
      settled_at: at(fri + 1.53 * hour),
    }),
  },
  {
    at: at(-15 * day),
    type: 'promise',
    promise: promise(4, 4, 'resolution', -15 * day, {
      words: 'Your line works again.',
      state: 'broken',
      settled_at: at(-15 * day),
      fulfilled_at: at(-10 * day),
      made_good_at: at(-10 * day),
    }),
  },
  message('inbound', marta, fri + 2 * hour, 'Here is the log that your colleague asked for: …', {
    html: mailHTML,
    attachments: [
      {
        id: 9,
        message: 1,
        name: 'modem-log-15-May.pdf',
        type: 'application/pdf',
        size: 182_300,
        sha256: '',
        inline: false,
      },
    ],
  }),
  message('note', jonas, -3 * hour, 'Four more homes on that pair. Declan, water again? Is Wed real?', {
    html: '<p>Four more homes on that pair. <b>Declan</b>, water again? Is Wed real?</p>',
  }),
  { at: at(-40 * min), type: 'chase', event: { id: 2, type: 'chase.recorded', actor: marta } },
  message(
    'inbound',
    marta,
    -33 * min,
    'The router saved my weekend, thank you. Only the upload drops at eleven, when the whole street is awake. On Wednesday at nine I have a court hearing that can’t drop. Will the line be back by then?',
  ),
]

const kept = (n) => promise(n, n, 'reply', -30 * day, { state: 'kept', settled_at: at(-30 * day), words: 'We answer.' })
export function full(r) {
  const own = r.id === 4
  const contact = {
    id: r.contact,
    name: r.contact_name,
    email: own ? 'marta@oliveira.example' : r.contact_email,
    company: own ? 'Oliveira Interpreting, Nun’s Island' : '',
    phone: own ? '+353 91 555 0142' : '',
    zone: own ? '' : r.id === 6 ? 'Europe/Amsterdam' : '',
    language: own ? 'en' : '',
    created_at: at(-1900 * day),
    notes: own ? 'Straight, with a time. No “unfortunately”. She plans her bookings around what we say.' : '',
  }
  const broken = promise(r.id, r.contact, 'resolution', -15 * day, {
    words: 'Your line works.',
    state: 'broken',
    fulfilled_at: at(-10 * day),
  })
  const recent = own ? [kept(1), kept(1), broken, ...Array.from({ length: 9 }, () => kept(1))] : []
  const last =
    {
      1: 'You said eleven. It is past two. I have a shop to run and a router on the wrong side of town, and nobody picks up. Where is it, and when is it here? 14 Quay Street, for the third time.',
      7: 'مرحبا، وصل الموجه الجديد اليوم. أي جهاز أعيد إليكم، الأبيض أم الأسود؟ شكرا جزيلا.',
      2: 'Everything is down: phones, the card reader, the prescriptions. Patients are waiting.',
    }[r.id] ?? 'It stopped this morning and I do not know what to do next. Could you look, please?'
  const entries = own
    ? timeline
    : [message('inbound', { kind: 'contact', id: r.contact, name: r.contact_name }, -5 * hour, last)]
  if (r.id === 3) {
    entries.push(
      message('outbound', aoife, -3 * hour, '', {
        html: '<p>Hello Ewa, I look into it now.</p>',
        delivery: 'bounced',
        trouble: '550 5.1.1 “ewa@brzezinska.exmaple” does not exist',
      }),
    )
  }
  return {
    ...r,
    contact_card: contact,
    organization_zone: zone,
    page: 'http://localhost:8099/c/abc',
    record: own
      ? { kept: 11, broken: 1, moved: 0, last_broken: broken, recent }
      : { kept: 0, broken: 0, moved: 0, recent: [] },
    earlier: own
      ? [
          {
            id: 6,
            subject: 'Invoice to the wrong name',
            status: 'closed',
            created_at: at(-90 * day),
            promise_state: 'kept',
          },
          {
            id: 8,
            subject: 'More upload for video',
            status: 'closed',
            created_at: at(-190 * day),
            promise_state: 'kept',
          },
        ]
      : [],
    promises: [
      r.next,
      ...(own ? [promise(4, 4, 'custom', 20 * hour, { words: 'I call you with what Declan found.' })] : []),
    ].filter(Boolean),
    timeline: [...entries],
  }
}

export const calendar = {
  id: 1,
  name: 'Office',
  time_zone: zone,
  hours: {
    mon: { '09:00': '13:00', '14:00': '18:00' },
    tue: { '09:00': '18:00' },
    wed: { '09:00': '18:00' },
    thu: { '09:00': '20:00' },
    fri: { '09:00': '17:00' },
    sat: { '10:00': '14:00' },
    sun: {},
  },
  holidays: ['2026-06-01', '2026-12-25'],
}
const times = (a, b, c) => ({
  calendar: 1,
  first_reply: a,
  next_reply: b,
  update: c,
  recovery: '1h',
  follow_up: '2d',
  check_ins: ['2d', '5d'],
})
export const policies = [
  {
    id: 1,
    name: 'Everyone',
    position: 1,
    when: {},
    confirm_window: '5d',
    times: {
      low: times('1d', '1d', '2d'),
      normal: times('4h', '4h', '1d'),
      high: times('2h', '2h', '4h'),
      urgent: { ...times('30m', '30m', '1h'), calendar: 0 },
    },
  },
]
