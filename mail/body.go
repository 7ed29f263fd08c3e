package mail

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"mime"
	"path"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/kept-desk/kept/kept"
)

// segment is a piece of what the mail says, in one or both forms.
type segment struct{ text, html string }

// content is what the parts of a mail come to.
type content struct {
	segments    []segment
	attachments []kept.Attachment
	warnings    []string
	reports     []*part // delivery and disposition notifications, feedback reports
	originals   []*part // the mails that reports quote
	spent       int     // bytes of text read so far
}

func (c *content) warn(format string, args ...any) {
	w := fmt.Sprintf(format, args...)
	for _, have := range c.warnings {
		if have == w {
			return
		}
	}
	if len(c.warnings) < maxWarnings {
		c.warnings = append(c.warnings, w)
	}
}

// gather walks the tree.
func (c *content) gather(p *part, parent string) {
	switch {
	case len(p.children) > 0 && p.media == "multipart/alternative":
		c.alternative(p)
	case len(p.children) > 0:
		for _, child := range p.children {
			c.gather(child, p.media)
		}
	case strings.HasPrefix(p.media, "multipart/"):
		c.segments = append(c.segments, segment{text: c.text(p)})
		c.warn("a multipart without parts is shown as text")
	case report(p):
		c.reports = append(c.reports, p)
	case c.words(p, parent):
		c.say(p)
	default:
		c.attach(p, parent)
	}
}

// report knows the machine-readable parts of a multipart/report, and those around them.
func report(p *part) bool {
	switch p.media {
	case "message/delivery-status", "message/global-delivery-status", "message/disposition-notification",
		"message/global-disposition-notification", "message/feedback-report", "message/x-delivery-status", "message/delivery-report":
		return true
	}
	return false
}

// words reports whether a leaf is text to be read, and no file.
func (c *content) words(p *part, parent string) bool {
	if !strings.HasPrefix(p.media, "text/") && p.media != "message/rfc822-headers" {
		return p.media == "text" || p.media == "plain"
	}
	disposition, _ := parseMedia(p.header.filled("content-disposition"))
	if disposition == "attachment" || p.name() != "" && (parent != "" || disposition != "inline") {
		return false
	}
	switch p.media {
	case "text/plain", "text/html", "text/enriched", "text/richtext", "text/markdown", "text/x-amp-html", "text/unknown", "text/watch-html":
		return true
	}
	return parent == "" && p.media != "text/calendar"
}

// say adds the text of a leaf.
func (c *content) say(p *part) {
	switch p.media {
	case "text/x-amp-html", "text/watch-html":
		return // another copy of the HTML, for one reader
	case "text/html":
		c.segments = append(c.segments, segment{html: c.text(p)})
	default:
		text := c.text(p)
		files, rest := uuFiles([]byte(text))
		for _, f := range files {
			c.add(kept.Attachment{Name: f.name, Type: typeByName(f.name), Bytes: f.body})
		}
		if len(files) > 0 {
			text = string(rest)
		}
		c.segments = append(c.segments, segment{text: text})
	}
}

// alternative takes the best plain and the best HTML form, and files from within either.
func (c *content) alternative(p *part) {
	var best segment
	for _, child := range p.children {
		inner := content{warnings: c.warnings, spent: c.spent}
		inner.gather(child, p.media)
		c.warnings, c.spent = inner.warnings, inner.spent
		c.attachments = append(c.attachments, inner.attachments...)
		c.reports = append(c.reports, inner.reports...)
		c.originals = append(c.originals, inner.originals...)
		said := join(inner.segments)
		if strings.TrimSpace(best.text) == "" && strings.TrimSpace(said.text) != "" {
			best.text = said.text
		}
		if strings.TrimSpace(said.html) != "" {
			best.html = said.html
		}
	}
	if best != (segment{}) {
		c.segments = append(c.segments, best)
	}
}

// join makes one of the pieces said one after the other. HTML is made of all as soon as one has it.
func join(list []segment) segment {
	if len(list) == 1 {
		return list[0]
	}
	var html bool
	for _, s := range list {
		html = html || s.html != ""
	}
	var out segment
	var texts, htmls []string
	for i, s := range list {
		if i > 0 && s.text == "" && sameWords(list[i-1].text, s.html) { // an alternative in a mixed
			htmls[len(htmls)-1] = s.html
			continue
		}
		text := s.text
		if text == "" {
			text = TextFromHTML(s.html)
		}
		if strings.TrimSpace(text) != "" {
			texts = append(texts, strings.TrimRight(text, "\r\n"))
		}
		if html {
			if s.html == "" {
				s.html = HTMLFromText(s.text)
			}
			htmls = append(htmls, s.html)
		}
	}
	out.text = strings.Join(texts, "\n\n")
	out.html = strings.Join(htmls, "\n")
	return out
}

// sameWords reports whether the HTML begins with what the text says.
func sameWords(text, html string) bool {
	a := letters(text, 80)
	return len(a) > 3 && strings.HasPrefix(letters(TextFromHTML(html), 80), a)
}

func letters(s string, n int) string {
	var b strings.Builder
	for _, r := range s {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			b.WriteRune(unicode.ToLower(r))
			if n--; n == 0 {
				break
			}
		}
	}
	return b.String()
}

// text is the decoded text of a leaf.
func (c *content) text(p *part) string {
	raw := decodeTransfer(p.header.filled("content-transfer-encoding"), p.body)
	limit := maxText
	if p.media == "text/html" {
		limit = maxHTML
	}
	limit = min(limit, maxText-c.spent)
	if len(raw) > limit {
		c.warn("a text of %d bytes is shown shortened; the whole is attached", len(raw))
		c.attach(p, "")
		raw = raw[:limit]
	}
	c.spent += len(raw)
	charset := p.params["charset"]
	if charset == "" && p.media == "text/html" {
		charset = htmlCharset(raw)
	}
	s, known := decodeCharset(charset, raw)
	if !known {
		c.warn("the charset %q is not known or not true; it was guessed", clip(clean(charset), 60))
	}
	s = plainLines(s)
	if p.media != "text/html" && strings.EqualFold(p.params["format"], "flowed") {
		s = unflow(s, strings.EqualFold(p.params["delsp"], "yes"))
	}
	if p.media == "text/enriched" || p.media == "text/richtext" {
		s = unenrich(s)
	}
	return s
}

// htmlCharset is what a document says of itself in its first kilobyte.
func htmlCharset(raw []byte) string {
	head := bytes.ToLower(raw[:min(len(raw), 1024)])
	i := bytes.Index(head, []byte("charset="))
	if i < 0 {
		return ""
	}
	label := strings.TrimLeft(string(head[i+8:]), `"' `)
	if end := strings.IndexAny(label, `"'; />`); end >= 0 {
		return label[:end]
	}
	return ""
}

// plainLines ends lines with \n alone and drops what no text holds.
func plainLines(s string) string {
	s = strings.ReplaceAll(s, "\r\n", "\n")
	s = strings.ReplaceAll(s, "\r", "\n")
	return strings.Map(func(r rune) rune {
		if r < ' ' && r != '\n' && r != '\t' || r == 0x7f || r == 0xfeff {
			return -1
		}
		return r
	}, s)
}

// unflow joins the soft line breaks of format=flowed (RFC 3676), within one depth of quoting.
func unflow(s string, delsp bool) string {
	var out strings.Builder
	lines := strings.Split(s, "\n")
	open, depth := false, 0
	for i, line := range lines {
		d := 0
		for d < len(line) && line[d] == '>' {
			d++
		}
		rest := strings.TrimPrefix(line[d:], " ")
		signature := rest == "-- "
		switch {
		case open && d == depth && !signature:
		case i > 0:
			out.WriteByte('\n')
			fallthrough
		default:
			if d > 0 {
				out.WriteString(line[:d] + " ")
			}
		}
		open = strings.HasSuffix(rest, " ") && !signature
		depth = d
		if open && delsp {
			rest = rest[:len(rest)-1]
		}
		out.WriteString(rest)
	}
	return out.String()
}

// unenrich takes the marks of text/enriched (RFC 1896) off.
func unenrich(s string) string {
	var out strings.Builder
	for s != "" {
		i := strings.IndexByte(s, '<')
		if i < 0 {
			break
		}
		out.WriteString(s[:i])
		s = s[i:]
		if strings.HasPrefix(s, "<<") {
			out.WriteByte('<')
			s = s[2:]
			continue
		}
		end := strings.IndexByte(s, '>')
		if end < 0 || end > 60 {
			out.WriteByte('<')
			s = s[1:]
			continue
		}
		s = s[end+1:]
	}
	out.WriteString(s)
	return out.String()
}

// name is the file name that a part states, without any folder.
func (p *part) name() string {
	_, d := parseMedia(p.header.filled("content-disposition"))
	for _, n := range [...]string{d["filename"], p.params["name"], p.params["filename"], p.params["file"], d["name"]} {
		if n != "" {
			return fileName(n)
		}
	}
	return ""
}

// fileName keeps the last element of a path and nothing that could mislead.
func fileName(n string) string {
	n = strings.ReplaceAll(n, `\`, "/")
	n = path.Base("/" + n)
	n = strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f || r == '/' {
			return -1
		}
		return r
	}, n)
	n = clip(strings.TrimSpace(n), 200)
	if n == "." || n == ".." {
		return ""
	}
	return n
}

// clip shortens to n bytes on a rune's edge.
func clip(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n]
}

// attach adds a leaf as a file.
func (c *content) attach(p *part, parent string) {
	if p.media == "message/rfc822" || p.media == "text/rfc822-headers" || p.media == "message/rfc822-headers" || p.media == "message/global" || p.media == "message/global-headers" {
		c.originals = append(c.originals, p)
	}
	disposition, _ := parseMedia(p.header.filled("content-disposition"))
	body := p.body
	if p.media != "message/rfc822" || p.header.has("content-transfer-encoding") {
		body = decodeTransfer(p.header.filled("content-transfer-encoding"), p.body)
	}
	cid := strings.Trim(strings.TrimSpace(p.header.first("content-id")), "<>")
	a := kept.Attachment{
		Name: p.name(), Type: p.media, Bytes: body, CID: clip(clean(cid), 250),
		Inline: disposition == "inline" || disposition == "" && cid != "" && parent == "multipart/related",
	}
	if len(a.Bytes) == 0 && disposition != "attachment" {
		return // nothing came with it
	}
	if a.Name == "" {
		a.Name = nameFor(p)
	}
	c.add(a)
}

func (c *content) add(a kept.Attachment) {
	if len(c.attachments) >= maxAttachments {
		c.warn("more than %d attachments; the rest is in the raw mail", maxAttachments)
		return
	}
	sum := sha256.Sum256(a.Bytes)
	a.Size, a.SHA256 = int64(len(a.Bytes)), hex.EncodeToString(sum[:])
	c.attachments = append(c.attachments, a)
}

// nameFor gives a nameless part a name that opens with the right program.
func nameFor(p *part) string {
	switch p.media {
	case "message/rfc822", "message/global":
		h, _, _ := readHeader(p.body)
		if subject := fileName(strings.NewReplacer("/", "-", `\`, "-").Replace(decodeWords(h.first("subject")))); subject != "" {
			return clip(subject, 80) + ".eml"
		}
		return "message.eml"
	case "text/calendar":
		return "invite.ics"
	case "application/pgp-signature":
		return "signature.asc"
	case "application/pgp-encrypted":
		return "encrypted.asc"
	case "application/pkcs7-signature", "application/x-pkcs7-signature":
		return "smime.p7s"
	case "application/pkcs7-mime", "application/x-pkcs7-mime":
		return "smime.p7m"
	case "text/rfc822-headers", "message/rfc822-headers":
		return "headers.txt"
	case "application/ms-tnef":
		return "winmail.dat"
	}
	return "attachment" + extension(p.media)
}

// extension is fixed for what mails hold most: the system's own table differs from host to host.
func extension(media string) string {
	switch media {
	case "image/jpeg", "image/jpg":
		return ".jpg"
	case "image/png":
		return ".png"
	case "image/gif":
		return ".gif"
	case "application/pdf":
		return ".pdf"
	case "text/plain":
		return ".txt"
	case "text/html":
		return ".html"
	case "text/csv":
		return ".csv"
	case "application/zip":
		return ".zip"
	case "audio/mpeg":
		return ".mp3"
	case "audio/wav", "audio/x-wav":
		return ".wav"
	}
	return ".bin"
}

func typeByName(name string) string {
	if t := mime.TypeByExtension(strings.ToLower(path.Ext(name))); t != "" {
		media, _ := parseMedia(t)
		return media
	}
	return "application/octet-stream"
}
