package api

import "net/http"

// routes is every operation of the API. Its names are those of the access table, which says who may.
func routes() []route {
	const get, post, put, patch, del = http.MethodGet, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete
	return []route{
		{get, "/api/setup", "setup-needed", "Whether the desk waits for its first start", does((*door).setupNeeded)},
		{post, "/api/setup", "set-up", "Set up a new desk, and sign its owner in", does((*door).setUp)},
		{post, "/api/session", "sign-in", "Sign in with address and password", does((*door).signIn)},
		{post, "/api/session/link", "sign-in-link", "Sign in with a one-time link", does((*door).signInByLink)},
		{del, "/api/session", "sign-out", "Sign out", does((*door).signOut)},
		{get, "/api/me", "me", "Who I am, where I work, and what I may do", does((*door).me)},
		{patch, "/api/me", "change-me", "Change my name, language or time zone", does((*door).changeMe)},

		{get, "/api/conversations", "list-conversations", "A list of conversations, in the order of the queue", does((*door).list)},
		{get, "/api/counts", "count-conversations", "How many conversations the lists hold", does((*door).counts)},
		{get, "/api/next", "next-conversation", "The conversation to take next", does((*door).next)},
		{post, "/api/conversations", "start-conversation", "Write to somebody first", does((*door).start)},
		{get, "/api/conversations/{id}", "read-conversation", "A conversation with all that its screen shows", does((*door).conversation)},
		{get, "/api/conversations/{id}/row", "read-row", "A conversation as a list shows it", does((*door).row)},
		{patch, "/api/conversations/{id}", "change-conversation", "Assign, change status or priority, snooze", does((*door).change)},
		{post, "/api/conversations/{id}/reply", "reply", "Answer the customer", does((*door).reply)},
		{post, "/api/conversations/{id}/notes", "add-note", "Write an inside note", does((*door).addNote)},
		{put, "/api/conversations/{id}/draft", "put-draft", "Keep what I am writing", does((*door).putDraft)},
		{del, "/api/conversations/{id}/draft", "drop-draft", "Forget what I was writing", does((*door).dropDraft)},
		{post, "/api/conversations/{id}/promises", "give-promise", "Record a promise that was given otherwise, by phone for instance", does((*door).givePromise)},
		{put, "/api/conversations/{id}/presence", "look", "I have this conversation open; say it again every 15 seconds", does((*door).look)},
		{del, "/api/conversations/{id}/presence", "leave", "I closed this conversation", does((*door).leave)},
		{get, "/api/promises", "list-promises", "What is promised and open, or missed and not made good, by due", does((*door).board)},
		{post, "/api/promises/{id}/done", "finish-promise", "A custom promise is done, as a message or note shows", does((*door).finishPromise)},
		{post, "/api/promises/{id}/release", "release-promise", "The customer no longer needs a promise", does((*door).releasePromise)},
		{get, "/api/due", "due", "When a length of open time, from now, is over", does((*door).due)},
		{get, "/api/proposals", "proposals", "Times to offer for the next word", does((*door).proposals)},

		{get, "/api/search", "search", "Find conversations by words", does((*door).search)},
		{post, "/api/messages/{id}/retry", "retry-message", "Send a message again that did not arrive", does((*door).retry)},
		{get, "/api/messages/{id}/html", "read-message", "A message's HTML as a page of its own, for a frame", streams((*door).mailFrame, "text/html")},
		{get, "/api/messages/{id}/raw", "read-raw-mail", "The mail as it came", streams((*door).rawMail, "message/rfc822")},
		{get, "/api/attachments/{id}", "read-attachment", "A file of a message", streams((*door).attachment, "application/octet-stream")},
		{post, "/api/uploads", "upload", "Bring a file that an answer will attach", takesFile((*door).upload)},
		{patch, "/api/contacts/{id}", "change-contact", "Note what we know of a customer", does((*door).changeContact)},
		{get, "/api/events", "events", "What happens, as it happens (server-sent events)", streams((*door).events, "text/event-stream")},
		{get, "/api/outbox", "read-outbox", "Mails that were delivered to the local outbox", does((*door).outbox)},
		{get, "/api/outbox/{id}", "read-outbox-mail", "A mail of the local outbox as it was sent", streams((*door).outboxMail, "message/rfc822")},

		{get, "/api/agents", "list-agents", "The people of the desk", does((*door).agents)},
		{post, "/api/agents", "add-agent", "Add somebody who serves customers", does((*door).addAgent)},
		{patch, "/api/agents/{id}", "change-agent", "Change somebody's role, password or details, or let them go", does((*door).changeAgent)},
		{get, "/api/inboxes", "list-inboxes", "The inboxes", does((*door).inboxes)},
		{post, "/api/inboxes", "add-inbox", "Add a mailbox that customers write to", does((*door).addInbox)},
		{patch, "/api/inboxes/{id}", "change-inbox", "Change how an inbox is called and signs", does((*door).changeInbox)},
		{get, "/api/organization", "read-organization", "The organization", does((*door).organization)},
		{patch, "/api/organization", "change-organization", "Change the organization", does((*door).changeOrganization)},
		{get, "/api/calendar", "read-calendar", "The organization's working hours", does((*door).calendar)},
		{put, "/api/calendar", "put-calendar", "Change the organization's working hours", does((*door).putCalendar)},
		{get, "/api/policies", "list-policies", "The policies that open promises", does((*door).policies)},
	}
}
