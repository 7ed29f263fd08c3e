package mail

import (
	"bytes"
	"regexp"
	"slices"
	"strings"

	"github.com/kept-desk/kept/kept"
)

// reported reads the machine-readable reports: RFC 3464 delivery status and RFC 8098 disposition. verdict
// is empty where there is none that says anything.
func reported(l letter) (b *kept.Bounce, verdict kept.MailKind) {
	b = &kept.Bounce{}
	failed, delayed, delivered := false, false, false
	for _, p := range l.content.reports {
		if strings.Contains(p.media, "disposition") {
			return nil, kept.MailDelivered
		}
		for _, block := range statusBlocks(p) {
			action := strings.ToLower(firstWord(block.first("action")))
			who := recipient(block)
			if who == "" && action == "" && block.first("status") == "" {
				continue
			}
			status := enhanced.FindString(block.first("status"))
			detail := detailOf(block)
			if s := enhanced.FindString(detail); s != "" && (status == "" || strings.HasSuffix(status, ".0.0")) && (status == "" || s[0] == status[0]) {
				status = s
			}
			switch {
			case strings.HasPrefix(action, "delay"), action == "" && strings.HasPrefix(status, "4"):
				delayed = true
			case strings.HasPrefix(action, "deliver"), strings.HasPrefix(action, "relay"), strings.HasPrefix(action, "expand"), action == "" && strings.HasPrefix(status, "2"):
				delivered = true
				continue
			default:
				failed = true
			}
			if who != "" && !slices.Contains(b.Recipients, who) && len(b.Recipients) < maxAddresses {
				b.Recipients = append(b.Recipients, who)
			}
			if b.Status == "" || b.Status[0] == '4' && strings.HasPrefix(status, "5") {
				b.Status, b.Detail = status, firstOf(detail, b.Detail)
			}
			b.Detail = firstOf(b.Detail, detail)
		}
	}
	switch {
	case failed || delayed:
		finish(b, l, failed)
		return b, kept.MailBounce
	case delivered:
		return nil, kept.MailDelivered
	}
	return nil, ""
}

// statusBlocks are the groups of fields of a delivery report: the first is of the mail, each other of
// a recipient. Blank lines come in odd numbers, and some reports are encoded.
func statusBlocks(p *part) (blocks []header) {
	rest := plainLines(guess(decodeTransfer(p.header.filled("content-transfer-encoding"), p.body)))
	for block := range strings.SplitSeq(rest, "\n\n") {
		if h, _, _ := readHeader([]byte(strings.TrimLeft(block, "\n"))); len(h) > 0 && len(blocks) < maxParts {
			blocks = append(blocks, h)
		}
	}
	return blocks
}

func firstWord(s string) string {
	if f := strings.Fields(s); len(f) > 0 {
		return f[0]
	}
	return ""
}

func firstOf(list ...string) string {
	for _, s := range list {
		if s != "" {
			return s
		}
	}
	return ""
}

// recipient is whom a block is about: "rfc822; a@x.test".
func recipient(block header) string {
	for _, name := range [...]string{"final-recipient", "original-recipient", "x-actual-recipient", "x-original-rcpt"} {
		if a := address.FindString(afterType(block.first(name))); a != "" {
			return lowerDomain(a)
		}
	}
	return ""
}

// afterType drops the "rfc822;" or "smtp;" in front of a typed value.
func afterType(v string) string {
	if kind, rest, ok := strings.Cut(v, ";"); ok && len(kind) < 30 && !strings.ContainsAny(kind, "@ ") {
		return strings.TrimSpace(rest)
	}
	return strings.TrimSpace(v)
}

func detailOf(block header) string {
	return clip(clean(firstOf(afterType(block.first("diagnostic-code")), afterType(block.first("x-display-name")), afterType(block.first("x-supplementary-info")))), 1000)
}

var (
	address  = regexp.MustCompile(`[A-Za-z0-9.!#$%&'*+/=?^_` + "`" + `{|}~-]{1,64}@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+`)
	enhanced = regexp.MustCompile(`\b[245]\.\d{1,3}\.\d{1,3}\b`)
	reply    = regexp.MustCompile(`(?m)(?:^|[\s:(<\["'#])([45]\d\d)(?:[ -]|\b)`)
	listed   = regexp.MustCompile("(?m)^[ \t>*-]*(?:(?i:to|recipients?|address|user|rcpt|mailbox|original recipient|failed recipient|unknown user|envelope recipient|sent +to|an|destinataire)[^\n:@]{0,20}: *)?[<\"']?(" + address.String() + ")[>\"']?[ \t]*(?::|$|[.,;]|\\(|\\[|\\.\\.\\.| - )")
	anyWhere = regexp.MustCompile(`(?i)(?:to|for|user|recipient|address(?:es)?|mailbox|rcpt|account|following|failed|reach|deliver)[^\n@]{0,40}?[<"'\s:(]+(` + address.String() + `)`)
	quotedID = regexp.MustCompile(`(?im)^[ \t>]*message-id:[ \t]*(?:\r?\n[ \t]+)?<([^<>\s]{3,900})>`)
)

// bounceSubject are the subjects of reports that nobody made machine-readable.
var bounceSubject = regexp.MustCompile(`(?i)(undeliver|undelivr|delivery (status )?(notification|report|failure|problem|error|has failed|failed|delayed|incomplete|status)|deliver(y|ed) (to|of) .*fail|` +
	`failure notice|failed? (mail|delivery)|returned (mail|to sender|message)|return(ed)? to sender|mail (delivery|system|could not|not delivered|failure|error)|message (delivery|could not|not delivered|undeliver|delayed|you sent blocked)|` +
	`could not (be )?(send|sent|deliver)|couldn.t be delivered|not be delivered|notification d.(é|e)tat|nicht (zugestellt|zustellbar)|unzustellbar|zustell(ung|bericht|fehl)|non (remis|delivr|distribu)|(é|e)chec de (la )?(remise|distribution)|` +
	`no se (puede|pudo) entregar|no entregad|n(ã|a)o (foi )?(entregue|p(ô|o)de)|falha na entrega|devuelto|mancata consegna|onbestelbaar|niet bezorgd|olevererbart|ej levererats|недостав|未送達|配信不能|配信(エラー|できません)|送信(エラー|できません)|投递失败|退信|系统退信|` +
	`warning: (could not|message)|message status|considered unsolicited|mdaemon (notification|warning)|mail rejected|rejected (mail|message|recipient)|user unknown|mail failed|returning to sender|permanent (delivery )?fail|delivery notification|mail not delivered|dsn)`)

// failing are the words that tell of a mail that did not arrive.
var failing = regexp.MustCompile(`(?i)(user unknown|unknown user|no such (user|mailbox|recipient|address|person|account)|not (be )?deliver|undeliver|could ?n.t (be )?(deliver|find|sent|send|reach)|could not (be )?(deliver|sent|reached|accept|connect)|cannot be (deliver|reached)|unable to (deliver|relay|connect|send)|mailbox (is )?(full|unavailable|not found|unknown|disabled|does not exist)|` +
	`over ?quota|quota exceed|does ?n.t exist|does not exist|doesn.t have|recipient (address )?(rejected|unknown|not)|invalid (recipient|address|mailbox)|address (rejected|not found|unknown|does not)|relay(ing)? (access )?denied|host (unknown|not found|or domain)|name service error|permanent (error|failure|fatal)|fatal errors|permanently|giving up|failed to deliver|delivery (has )?(failed|to the following|temporarily)|rejected|returned to (the )?sender|bounce|not listed|blocked|timed out|retry time|still being (tried|retried)|will be retried|delayed|message (was )?too (large|big)|exceed|連絡|did not reach|not recognized|unknown recipient|no valid recipient|error delivering|lookup failure|配信|送信できません|存在しません|見つかりません|拒否|受信拒否)`)

// passing are the words that tell that the host goes on trying.
var passing = regexp.MustCompile(`(?i)(will (be retried|continue|keep trying|retry|try again|be attempted)|still (trying|being|retrying)|delayed|not yet been delivered|this is a warning|warning message only|do not need to resend|you do not need|temporar(y|ily) (fail|defer|error)|mailbox (is )?full|over ?quota|quota exceed|exceed(s|ed) .{0,30}(quota|storage|limit|size)|try again later)`)

// daemon is who sends nothing but reports; keeper may be a person too.
var (
	daemon = regexp.MustCompile(`(?i)^(.*mailer[-_. ]?daemon|mail[-_]?daemon|mail[-_ ]?deliver\p{L}* ?(sub)?system|no-?reply-?dsn|mdaemon|microsoftexchange[0-9a-f]*|bounces?@|bounce[-+]|mmdf@|amavis|ses-bounces|mail (deliver|system))`)
	keeper = regexp.MustCompile(`(?i)^(post[-_.]?master|mail[-_.]?admin|mailmaster|system[-_. ]?admin)`)
)

// plainBounce reads the reports of systems that write for people only; nil where the mail is none.
func plainBounce(l letter) *kept.Bounce {
	text := reportText(l)
	failedField := l.header.filled("x-failed-recipients")
	if !soundsLikeBounce(l, text, failedField) {
		return nil
	}
	b := &kept.Bounce{}
	for _, a := range address.FindAllString(failedField, maxAddresses) {
		addRecipient(b, a)
	}
	ours := ownAddresses(l)
	for _, find := range [...]*regexp.Regexp{listed, anyWhere} {
		if len(b.Recipients) > 0 {
			break
		}
		for _, m := range find.FindAllStringSubmatch(text, 50) {
			if !slices.ContainsFunc(ours, func(o string) bool { return strings.EqualFold(o, m[1]) }) {
				addRecipient(b, m[1])
			}
		}
	}
	if len(b.Recipients) == 0 {
		for _, a := range originalRecipients(l) {
			addRecipient(b, a)
		}
	}
	b.Status = enhanced.FindString(text)
	b.Detail = telling(text)
	finish(b, l, !passing.MatchString(text))
	return b
}

func addRecipient(b *kept.Bounce, a string) {
	a = lowerDomain(strings.TrimRight(a, "."))
	if !slices.Contains(b.Recipients, a) && len(b.Recipients) < 50 {
		b.Recipients = append(b.Recipients, a)
	}
}

// soundsLikeBounce weighs who sent the mail, what it is called and what it says: two of them must
// agree, for people do write to a desk about mails that came back.
func soundsLikeBounce(l letter, text, failedField string) bool {
	if failedField != "" || strings.EqualFold(l.root.params["report-type"], "delivery-status") {
		return true
	}
	var from kept.Address
	if len(l.in.From) > 0 {
		from = l.in.From[0]
	}
	bySender := nullSender(l.header) || daemon.MatchString(from.Email) || daemon.MatchString(from.Name)
	byKeeper := keeper.MatchString(from.Email) || keeper.MatchString(from.Name)
	bySubject := bounceSubject.MatchString(l.in.Subject)
	says := func() bool {
		return failing.MatchString(text) || enhanced.MatchString(text) && reply.MatchString(text)
	}
	switch {
	case awayPhrase(l.in.Subject):
		return false
	case bySender, byKeeper && (bySubject || originalQuoted(l, text) || reply.MatchString(text) && address.MatchString(text)):
		return bySubject || says()
	case passedOn.MatchString(l.in.Subject): // a person who shows us a mail that came back
		return false
	}
	return bySubject && says() && (originalQuoted(l, text) || reply.MatchString(text)) && len(l.in.InReplyTo) == 0
}

// passedOn are the subjects of answers and forwarded mails.
var passedOn = regexp.MustCompile(`(?i)^\s*(re|fwd?|aw|wg|tr|sv|vs|rv|enc|i) ?:`)

func originalQuoted(l letter, text string) bool {
	return len(l.content.originals) > 0 || quotedID.MatchString(text) || strings.Contains(text, "Received: from")
}

// reportText is what the report itself says, without the mail that it quotes.
func reportText(l letter) string {
	text := clip(l.in.Text, 16<<10) // a report comes to the point
	for _, mark := range [...]string{"\nReceived: ", "\nReturn-Path: ", "--- Below this line is", "------ This is a copy of", "\n---- Original message", "\n----- Original message", "----- Message header follows", "--- Original message", "Original message follows", "\n------ Forwarded"} {
		if i := strings.Index(text, mark); i > 40 {
			text = text[:i]
		}
	}
	return text
}

// ownAddresses are those in a report that are not the failed ones: the daemon's and the one it writes to.
func ownAddresses(l letter) (own []string) {
	for _, list := range [...][]kept.Address{l.in.From, l.in.To, l.in.CC, l.in.ReplyTo} {
		for _, a := range list {
			own = append(own, a.Email)
		}
	}
	return own
}

// originalHeader is the header of the mail that a report quotes.
func originalHeader(l letter) header {
	for _, p := range l.content.originals {
		body := p.body
		if enc := p.header.filled("content-transfer-encoding"); enc != "" {
			body = decodeTransfer(enc, body)
		}
		if h, _, _ := readHeader(bytes.TrimLeft(body, "\r\n")); h.has("message-id") || h.has("to") || h.has("from") {
			return h
		}
	}
	return nil
}

func originalRecipients(l letter) (list []string) {
	h := originalHeader(l)
	if h == nil {
		if i := strings.Index(l.in.Text, "\nReceived: "); i >= 0 {
			h, _, _ = readHeader([]byte(clip(l.in.Text[i+1:], maxHeader)))
		} else if i := strings.Index(l.in.Text, "\nFrom: "); i >= 0 {
			h, _, _ = readHeader([]byte(clip(l.in.Text[i+1:], maxHeader)))
		}
	}
	for _, a := range parseAddresses(h.filled("to")) {
		if strings.Contains(a.Email, "@") {
			list = append(list, a.Email)
		}
	}
	return list
}

// telling is the line of a report that says why: the first with a reply code, else the first that
// tells of a failure.
func telling(text string) string {
	second := ""
	for line := range strings.SplitSeq(text, "\n") {
		line = strings.TrimSpace(line)
		if line == "" {
			continue
		}
		if reply.MatchString(line) || enhanced.MatchString(line) {
			return clip(clean(line), 1000)
		}
		if second == "" && failing.MatchString(line) {
			second = clip(clean(line), 1000)
		}
	}
	return second
}

// finish fills in what both sorts of report have: the class of the failure and the mail it is about.
func finish(b *kept.Bounce, l letter, failed bool) {
	if b.Detail == "" {
		b.Detail = telling(reportText(l))
	}
	if b.Status == "" {
		if m := reply.FindStringSubmatch(b.Detail); m != nil {
			b.Status = m[1][:1] + ".0.0"
		}
	}
	b.Permanent = failed
	if b.Status != "" {
		b.Permanent = b.Status[0] == '5'
	}
	if len(b.Recipients) == 0 {
		for _, a := range address.FindAllString(l.header.filled("x-failed-recipients"), 50) {
			addRecipient(b, a)
		}
	}
	if len(b.Recipients) == 0 {
		for _, a := range originalRecipients(l) {
			addRecipient(b, a)
		}
	}
	b.MessageID = originalID(l)
}

// originalID is the Message-ID of the mail that came back: of the quoted header, else what the text
// quotes, else what the report answers.
func originalID(l letter) string {
	if h := originalHeader(l); h != nil {
		if id := messageID(h.filled("message-id")); id != "" {
			return id
		}
	}
	for _, p := range l.content.reports {
		for _, block := range statusBlocks(p) {
			if id := messageID(block.first("x-original-message-id")); id != "" {
				return id
			}
		}
	}
	if m := quotedID.FindStringSubmatch(clip(l.in.Text, 64<<10)); m != nil {
		return m[1]
	}
	if len(l.in.InReplyTo) > 0 {
		return l.in.InReplyTo[0]
	}
	if len(l.in.References) > 0 {
		return l.in.References[len(l.in.References)-1]
	}
	return ""
}
