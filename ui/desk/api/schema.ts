/**
 * The desk's API, as openapi-typescript would write it. Written by hand from the contract until `npm run schema`
 * makes schema.d.ts from the server's own document; only words.ts and client.ts import it.
 */

type Json<T> = { content: { 'application/json': T } }
type Problems = {
  default: {
    headers: Record<string, unknown>
    content: { 'application/problem+json': components['schemas']['Problem'] }
  }
}
type Answers<T> = { 200: { headers: Record<string, unknown> } & Json<T> } & Problems
type Nothing = { 204: { headers: Record<string, unknown>; content?: never } } & Problems
type Asked<Path, Query> = {
  parameters: { query?: Query; header?: never; path: Path; cookie?: never }
}
type Plain = { parameters: { query?: never; header?: never; path?: never; cookie?: never } }
type Read<T, Path = never, Query = never> = ([Path] extends [never]
  ? { parameters: { query?: Query; header?: never; path?: never; cookie?: never } }
  : Asked<Path, Query>) & { requestBody?: never; responses: Answers<T> }
type Write<Body, T, Path = never> = ([Path] extends [never] ? Plain : Asked<Path, never>) & {
  requestBody: Json<Body>
  responses: Answers<T>
}
type Act<T, Path> = Asked<Path, never> & { requestBody?: never; responses: Answers<T> }
type Silent<Path = never> = ([Path] extends [never] ? Plain : Asked<Path, never>) & {
  requestBody?: never
  responses: Nothing
}
type Told<Body, Path> = Asked<Path, never> & { requestBody: Json<Body>; responses: Nothing }
type Id = { id: number }
type S = components['schemas']

export interface paths {
  '/api/setup': { get: Read<{ needed: boolean }>; post: Plain & { requestBody: Json<S['Setup']>; responses: Nothing } }
  '/api/session': { post: Write<{ email: string; password: string }, S['Me']>; delete: Silent }
  '/api/session/link': { post: Write<{ token: string }, S['Me']> }
  '/api/me': { get: Read<S['Me']>; patch: Write<{ name?: string; language?: string; zone?: string }, S['Me']> }
  '/api/conversations': {
    get: Read<S['ConversationPage'], never, { list?: string; cursor?: string; limit?: number }>
    post: Write<S['NewConversation'], S['ConversationFull']>
  }
  '/api/counts': { get: Read<S['Counts']> }
  '/api/conversations/{id}': {
    get: Read<S['ConversationFull'], Id>
    patch: Write<S['ConversationChange'], S['ConversationFull'], Id>
  }
  '/api/conversations/{id}/row': { get: Read<S['ConversationRow'], Id> }
  '/api/next': { get: Read<{ conversation?: number }, never, { after?: number }> }
  '/api/conversations/{id}/reply': { post: Write<S['Answer'], S['ConversationFull'], Id> }
  '/api/conversations/{id}/notes': { post: Write<{ html: string }, S['ConversationFull'], Id> }
  '/api/conversations/{id}/draft': {
    put: Write<{ html: string; note: boolean }, { saved_at: string }, Id>
    delete: Silent<Id>
  }
  '/api/conversations/{id}/promises': { post: Write<{ words: string; due: string }, S['ConversationFull'], Id> }
  '/api/conversations/{id}/presence': { put: Told<{ typing: boolean }, Id>; delete: Silent<Id> }
  '/api/promises/{id}/done': { post: Write<{ message: number }, S['ConversationFull'], Id> }
  '/api/promises/{id}/release': { post: Write<{ reason: string }, S['ConversationFull'], Id> }
  '/api/messages/{id}/retry': { post: Act<S['ConversationFull'], Id> }
  '/api/uploads': {
    post: Plain & {
      requestBody: { content: { 'multipart/form-data': { file: string } } }
      responses: Answers<S['Upload']>
    }
  }
  '/api/search': { get: Read<{ items: S['Hit'][]; next_cursor?: string }, never, { q: string; cursor?: string }> }
  '/api/due': { get: Read<{ due: string }, never, { conversation: number; span: string }> }
  '/api/proposals': { get: Read<{ items: S['Proposal'][] }, never, { conversation: number }> }
  '/api/contacts/{id}': { patch: Write<Partial<S['ContactCard']>, S['Contact'], Id> }
  '/api/outbox': { get: Read<{ items: S['OutboxMail'][]; next_cursor?: string }, never, { cursor?: string }> }
  '/api/agents': { get: Read<{ items: S['Agent'][] }>; post: Write<S['NewAgent'], S['Agent']> }
  '/api/agents/{id}': { patch: Write<S['AgentChange'], S['Agent'], Id> }
  '/api/inboxes': { get: Read<{ items: S['Inbox'][] }>; post: Write<S['InboxCard'], S['Inbox']> }
  '/api/inboxes/{id}': { patch: Write<Partial<S['InboxCard']>, S['Inbox'], Id> }
  '/api/organization': { get: Read<S['Organization']>; patch: Write<Partial<S['Organization']>, S['Organization']> }
  '/api/calendar': { get: Read<S['Calendar']>; put: Write<S['Calendar'], S['Calendar']> }
  '/api/policies': { get: Read<{ items: S['Policy'][] }> }
}

export interface components {
  schemas: {
    Problem: {
      type?: string
      title?: string
      status?: number
      detail?: string
      errors?: { location?: string; message?: string }[]
    }
    Actor: { kind: 'agent' | 'contact' | 'system'; id?: number; name?: string; role?: 'agent' | 'admin' }
    Agent: {
      id: number
      email: string
      name: string
      role: 'agent' | 'admin'
      zone: string
      language: string
      created_at: string
      gone_at?: string
    }
    NewAgent: { name: string; email: string; role: string; password: string }
    AgentChange: { name?: string; role?: string; password?: string; gone?: boolean }
    Colleague: { id: number; name: string; email: string; role: 'agent' | 'admin' }
    Organization: { name: string; zone: string; language: string; address: string; brand: string; url: string }
    Setup: {
      organization: { name: string; zone: string; language: string }
      owner: { name: string; email: string; password: string }
      inbox: { name: string; address: string }
    }
    Inbox: { id: number; name: string; channel: string; address: string; from_name: string; signature: string }
    InboxCard: { name: string; address: string; from_name: string; signature: string }
    Me: {
      agent: S['Agent']
      organization: S['Organization']
      inboxes: S['Inbox'][]
      agents: S['Colleague'][]
      now: string
      demo: boolean
      version: string
      may: string[]
    }
    Contact: {
      id: number
      name: string
      email: string
      company: string
      phone: string
      zone: string
      language: string
      notes: string
      created_at: string
    }
    ContactCard: { name: string; company: string; phone: string; zone: string; language: string; notes: string }
    Promise: {
      id: number
      conversation: number
      to: number
      kind: string
      words: string
      due: string
      zone: string
      by?: number
      source: string
      policy?: number
      opened_at: string
      told_in?: number
      told_at?: string
      warn_at?: string
      state: 'open' | 'kept' | 'broken' | 'moved' | 'released'
      settled_at?: string
      settled_by?: { message?: number; actor?: S['Actor']; reason?: string; deadline?: boolean }
      fulfilled_at?: string
      made_good_at?: string
      moved_to?: number
      misses?: number
    }
    Record: {
      kept: number
      broken: number
      moved: number
      last_broken?: S['Promise']
      recent: S['Promise'][]
      since?: string
    }
    Viewer: { agent: number; name: string; typing: boolean }
    Conversation: {
      id: number
      inbox: number
      contact: number
      subject: string
      status: 'open' | 'pending' | 'solved' | 'closed' | 'spam'
      priority: 'low' | 'normal' | 'high' | 'urgent'
      assignee?: number
      language: string
      created_at: string
      queue_due?: string
      our_turn_since?: string
      last_inbound_at?: string
      last_outbound_at?: string
      last_words: string
      last_by: 'agent' | 'contact' | 'system'
      chases: number
      second_time: boolean
      snoozed_until?: string
      solved_at?: string
      closed_at?: string
    }
    ConversationRow: S['Conversation'] & {
      contact_name: string
      contact_email: string
      inbox_name: string
      assignee_name?: string
      next?: S['Promise']
      viewers: S['Viewer'][]
    }
    ConversationPage: { items: S['ConversationRow'][]; next_cursor?: string; now: string }
    ConversationChange: {
      assignee?: number
      status?: 'open' | 'pending' | 'solved' | 'closed' | 'spam'
      priority?: 'low' | 'normal' | 'high' | 'urgent'
      snoozed_until?: string
    }
    NewConversation: {
      inbox: number
      to: { name?: string; email: string }
      subject: string
      html: string
      then: 'wait' | 'ours' | 'solve'
      next?: S['NextWord']
    }
    ConversationFull: S['ConversationRow'] & {
      contact_card: S['Contact']
      record: S['Record']
      earlier: { id: number; subject: string; status: string; created_at: string; promise_state?: string }[]
      promises: S['Promise'][]
      timeline: S['Entry'][]
      draft?: S['Draft']
      organization_zone: string
    }
    Attachment: {
      id: number
      message: number
      name: string
      type: string
      size: number
      sha256: string
      inline: boolean
      cid?: string
    }
    Message: {
      id: number
      conversation: number
      kind: 'inbound' | 'outbound' | 'note' | 'system'
      author: S['Actor']
      automatic: boolean
      subject: string
      text: string
      html?: string
      visible: string
      quoted?: string
      from: string
      to: string[]
      cc: string[]
      message_id: string
      auth?: string
      warnings?: string[]
      raw?: string
      created_at: string
      sent_at?: string
      delivery?: 'queued' | 'sending' | 'accepted' | 'deferred' | 'bounced'
      delivered_at?: string
      relay?: string
      trouble?: string
      attachments?: S['Attachment'][]
    }
    Entry: {
      at: string
      type: 'message' | 'promise' | 'change' | 'chase'
      message?: S['Message']
      promise?: S['Promise']
      event?: { id: number; type: string; actor: S['Actor']; data?: { field?: string; from?: unknown; to?: unknown } }
    }
    Draft: { agent: number; conversation: number; html: string; note: boolean; saved_at: string }
    NextWord: { words: string; due: string }
    Answer: {
      html: string
      then: 'wait' | 'ours' | 'solve'
      next?: S['NextWord']
      seen: number
      attachments?: string[]
    }
    Upload: { id: string; name: string; type: string; size: number }
    Count: { n: number; missed: number; more: boolean }
    Counts: Partial<{ [list: string]: S['Count'] }>
    Hit: { conversation: S['ConversationRow']; message: number; at: string; snippet: string }
    Proposal: { label_key: string; due: string }
    OutboxMail: { id: string; at: string; to: string; subject: string; text: string; html: string; raw_url: string }
    Calendar: {
      id?: number
      name?: string
      time_zone: string
      hours: { [day: string]: { [from: string]: string } }
      holidays?: string[]
      breaks?: { [date: string]: { [from: string]: string } }
      shifts?: { [date: string]: { [from: string]: string } }
    }
    Times: {
      calendar: number
      first_reply: string
      next_reply: string
      update: string
      recovery: string
      follow_up: string
      check_ins: string[] | null
      warn_share?: number
      warn?: string
    }
    Policy: {
      id: number
      name: string
      position: number
      when: { inboxes?: number[]; channels?: string[]; priorities?: string[]; languages?: string[] }
      times: { [priority: string]: S['Times'] }
      confirm_window: string
    }
  }
}
