package mail

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"mime"
	netmail "net/mail"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	gomail "github.com/wneessen/go-mail"
	"golang.org/x/net/idna"

	"github.com/kept-desk/kept/kept"
)

// BuildOptions are what a mail needs beyond what was written.
type BuildOptions struct {
	Unsubscribe string // List-Unsubscribe (RFC 2369) of an automatic mail: an https: or mailto: address; empty: none
}

// shownReferences is how many identifiers go into References: the root and the latest ones.
const shownReferences = 20

// Build writes a mail: text and HTML as alternatives, files after them, pictures with a CID beside the
// HTML. The same Outbound makes the same bytes, so that a retry is the same mail. Line ends and control
// characters in any header value become blanks. An address that no mail can carry is the only error.
func Build(out kept.Outbound, o BuildOptions) ([]byte, error) {
	m := gomail.NewMsg(gomail.WithNoDefaultUserAgent())
	if err := envelope(m, out); err != nil {
		return nil, err
	}
	headers(m, out, o)
	text, html := bodies(out)
	m.SetBodyString(gomail.TypeTextPlain, text)
	m.AddAlternativeString(gomail.TypeTextHTML, html)
	for i, a := range out.Attachments {
		enclose(m, a, i)
	}
	var b bytes.Buffer
	if _, err := m.WriteTo(&b); err != nil {
		return nil, fmt.Errorf("write the mail %s: %w", out.MessageID, err)
	}
	return fixBoundaries(b.Bytes(), out.MessageID), nil
}

// envelope sets who and to whom.
func envelope(m *gomail.Msg, out kept.Outbound) error {
	from, err := postal(out.From)
	if err != nil {
		return err
	}
	m.FromMailAddress(from)
	to, err := postals(out.To)
	if err != nil {
		return err
	}
	if len(to) == 0 {
		return fmt.Errorf("a mail needs a recipient")
	}
	m.ToMailAddress(to...)
	cc, err := postals(out.CC)
	if err != nil {
		return err
	}
	if len(cc) > 0 {
		m.CcMailAddress(cc...)
	}
	if out.ReplyTo != "" {
		reply, err := postal(kept.Address{Name: out.From.Name, Email: out.ReplyTo})
		if err != nil {
			return err
		}
		m.ReplyToMailAddress(reply)
	}
	return nil
}

func postals(list []kept.Address) ([]*netmail.Address, error) {
	var out []*netmail.Address
	for _, a := range list {
		p, err := postal(a)
		if err != nil {
			return nil, err
		}
		out = append(out, p)
	}
	return out, nil
}

// postal checks an address and writes its domain in ASCII (IDNA).
func postal(a kept.Address) (*netmail.Address, error) {
	i := strings.LastIndexByte(a.Email, '@')
	if i <= 0 || i == len(a.Email)-1 || len(a.Email) > 320 || !postalLocal(a.Email[:i]) || !postalDomain(a.Email[i+1:]) {
		return nil, fmt.Errorf("%q is no mail address", a.Email)
	}
	domain := a.Email[i+1:]
	if ascii, err := idna.Lookup.ToASCII(domain); err == nil {
		domain = ascii
	} else if hasHigh([]byte(domain)) {
		return nil, fmt.Errorf("%q is no mail address: %w", a.Email, err)
	}
	return &netmail.Address{Name: clip(clean(strings.ToValidUTF8(a.Name, "\uFFFD")), 200), Address: a.Email[:i+1] + domain}, nil
}

// postalLocal allows what may stand before the @ without quotes (RFC 5322 dot-atom, UTF-8 too).
func postalLocal(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool { return r <= ' ' || r == 0x7f || strings.ContainsRune(`"(),:;<>@[\]`, r) })
}

// postalDomain allows a name or an address in brackets.
func postalDomain(s string) bool {
	if strings.HasPrefix(s, "[") && strings.HasSuffix(s, "]") {
		s = strings.ReplaceAll(s[1:len(s)-1], ":", "")
	}
	return s != "" && postalLocal(s)
}

// headers sets what is neither address nor body.
func headers(m *gomail.Msg, out kept.Outbound, o BuildOptions) {
	set := func(name gomail.Header, value string) {
		if value != "" {
			m.SetGenHeader(name, value)
		}
	}
	m.Subject(clip(clean(strings.ToValidUTF8(out.Subject, "\uFFFD")), 500))
	m.SetGenHeader("Date", out.At.UTC().Format(time.RFC1123Z))
	set("Message-ID", bracketed(out.MessageID))
	set("In-Reply-To", bracketed(out.InReplyTo))
	if refs := chain(out); refs != "" {
		m.SetGenHeaderPreformatted("References", refs)
	}
	set("Content-Language", token(out.Language))
	if out.Automatic == "" {
		return
	}
	set("Auto-Submitted", token(out.Automatic))
	set("X-Auto-Response-Suppress", "All")
	set("Precedence", "auto_reply")
	if u := strings.TrimSpace(o.Unsubscribe); (strings.HasPrefix(u, "https://") || strings.HasPrefix(u, "mailto:")) && !strings.ContainsAny(u, "<> \r\n\t") {
		set("List-Unsubscribe", "<"+u+">")
	}
}

// token keeps what a language tag or a keyword is made of.
func token(s string) string {
	return clip(strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '-' {
			return r
		}
		return -1
	}, s), 60)
}

// bracketed is an identifier in angle brackets; nothing where it is none that fits a header.
func bracketed(id string) string {
	id = strings.Trim(id, "<>")
	if id == "" || len(id) > 900 {
		return ""
	}
	for i := range len(id) {
		if id[i] <= ' ' || id[i] >= 0x7f || id[i] == '<' || id[i] == '>' {
			return ""
		}
	}
	return "<" + id + ">"
}

// chain is References: the root and the last identifiers, one a line, In-Reply-To among them.
func chain(out kept.Outbound) string {
	ids := slices.Clone(out.References)
	if out.InReplyTo != "" && !slices.Contains(ids, out.InReplyTo) {
		ids = append(ids, out.InReplyTo)
	}
	var refs []string
	for _, id := range ids {
		if b := bracketed(id); b != "" && !slices.Contains(refs, b) {
			refs = append(refs, b)
		}
	}
	if len(refs) > shownReferences {
		refs = append(refs[:1:1], refs[len(refs)-shownReferences+1:]...)
	}
	return strings.Join(refs, "\r\n ")
}

// bodies makes each form from the other where one is missing.
func bodies(out kept.Outbound) (text, html string) {
	text = plainLines(strings.ToValidUTF8(out.Text, "\uFFFD"))
	html = strings.ToValidUTF8(out.HTML, "\uFFFD")
	if strings.TrimSpace(text) == "" {
		text = TextFromHTML(html)
	}
	if strings.TrimSpace(html) == "" {
		html = HTMLFromText(text)
	}
	if !strings.Contains(strings.ToLower(clip(html, 200)), "<html") {
		html = "<!DOCTYPE html><html><body>" + html + "</body></html>"
	}
	return text, html
}

// enclose adds a file; one with a CID that is shown inline goes beside the HTML.
func enclose(m *gomail.Msg, a kept.Attachment, n int) {
	name := fileName(strings.ToValidUTF8(a.Name, "_"))
	if name == "" {
		name = fmt.Sprintf("attachment-%d", n+1)
	}
	media, _ := parseMedia(a.Type)
	if kind, sub, ok := strings.Cut(media, "/"); !ok || token(kind) == "" || strings.HasPrefix(media, "multipart/") || strings.ContainsAny(sub, " \r\n\"()<>@,;:\\/[]?=") || !ascii(media) {
		media = "application/octet-stream"
	}
	if strings.HasPrefix(media, "message/") { // must not be base64 (RFC 2046 5.2.1), and we send files
		media = "application/octet-stream"
	}
	cid := bracketed(a.CID)
	disposition := "attachment"
	if a.Inline && cid != "" {
		disposition = "inline"
	}
	describe := func(f *gomail.File) {
		f.Header.Set("Content-Type", parameter(media, "name", name))
		f.Header.Set("Content-Disposition", parameter(disposition, "filename", name))
		if cid != "" {
			f.Header.Set("Content-Id", cid)
		}
	}
	if disposition == "inline" {
		m.EmbedReadSeeker(name, bytes.NewReader(a.Bytes), describe)
		return
	}
	m.AttachReadSeeker(name, bytes.NewReader(a.Bytes), describe)
}

func ascii(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf || s[i] <= ' ' {
			return false
		}
	}
	return true
}

// parameter writes "value; name=…", in RFC 2231's form where the parameter isn't ASCII.
func parameter(value, name, param string) string {
	if s := mime.FormatMediaType(value, map[string]string{name: param}); s != "" {
		return s
	}
	return value
}

// fixBoundaries puts boundaries that follow from the Message-ID in the place of the random ones that
// the library makes: it can be given one only, and nested parts need one each.
func fixBoundaries(raw []byte, id string) []byte {
	sum := sha256.Sum256([]byte(id))
	seed := hex.EncodeToString(sum[:16])
	h, body, _ := readHeader(raw)
	root := (&splitter{}).part(h, body, "text/plain", 0)
	n := 0
	var walk func(p *part)
	walk = func(p *part) {
		if b := p.params["boundary"]; len(b) == 60 {
			n++
			raw = bytes.ReplaceAll(raw, []byte(b), fmt.Appendf(nil, "=_kept_%s_%d", seed, n))
		}
		for _, c := range p.children {
			walk(c)
		}
	}
	walk(root)
	return quoteBoundaries(raw)
}

// quoteBoundaries: "=_" in a boundary can't come out of quoted-printable or base64, and has to be quoted.
func quoteBoundaries(raw []byte) []byte {
	const open = "boundary=" + "=_kept_"
	var out []byte
	for {
		i := bytes.Index(raw, []byte(open))
		if i < 0 {
			return append(out, raw...)
		}
		end := i + len("boundary=")
		stop := end
		for stop < len(raw) && raw[stop] != '\r' && raw[stop] != '\n' {
			stop++
		}
		out = append(out, raw[:end]...)
		out = append(out, '"')
		out = append(out, raw[end:stop]...)
		out = append(out, '"')
		raw = raw[stop:]
	}
}
