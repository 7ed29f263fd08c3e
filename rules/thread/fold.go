package thread

import (
	"regexp"
	"strings"
)

// Folded is a text in its parts. No line is lost: each stands in exactly one of them, apart from blank
// ones at their edges.
type Folded struct {
	Visible   string // what the person wrote now, answers between quoted lines too
	Quoted    string // earlier mails, with the lines that introduce them
	Signature string
	Forwarded string // a mail that was passed on
}

// Fold parts what a person wrote now from what they quote and what they sign with. A forwarded mail
// counts as quoted.
func Fold(text string) (visible, quoted, signature string) {
	f := Split(text)
	quoted = f.Quoted
	if f.Forwarded != "" {
		quoted = strings.Trim(quoted+"\n\n"+f.Forwarded, "\n")
	}
	return f.Visible, quoted, f.Signature
}

// Split is Fold with the forwarded mail apart. It knows many mail programs and languages, and takes
// time linear in the text.
func Split(text string) Folded {
	text = strings.ReplaceAll(strings.ReplaceAll(text, "\r\n", "\n"), "\r", "\n")
	s := scan{lines: strings.Split(text, "\n")}
	s.part = make([]place, len(s.lines))
	s.markQuotes()
	s.keepOwnQuotes()
	s.markSignature()
	s.markRules()
	return s.gather()
}

// place is the part that a line belongs to.
type place byte

const (
	written place = iota
	quote
	intro // the line that introduces a quote
	signed
	passed // forwarded
)

type scan struct {
	lines      []string
	part       []place
	introduced bool // some line said that a quote follows
}

// longestIntro is how many lines an introduction may be wrapped into.
const longestIntro = 6

// markQuotes finds quoted lines and what introduces them.
func (s *scan) markQuotes() {
	for i := 0; i < len(s.lines); {
		n, kind := s.opening(i)
		if n == 0 {
			if quotedLine(s.lines[i]) {
				s.part[i] = quote
			}
			i++
			continue
		}
		end := i + n
		next := s.nextFilled(end)
		soft := next < len(s.lines) && quotedLine(s.lines[next]) // the quote has marks, and text after it is new
		bare := !s.wroteBefore(i)
		switch {
		case kind == forwarding && bare:
			s.fill(i, end, passed) // nothing but a mail passed on: it is what there is to read
			s.introduced = true
			i = end
		case kind == forwarding:
			s.fill(i, len(s.lines), passed)
			return
		case soft, kind == attribution && bare:
			s.fill(i, end, intro)
			s.introduced = true
			i = end
		default:
			s.fill(i, len(s.lines), quote)
			s.introduced = true
			return
		}
	}
}

func (s *scan) fill(from, to int, p place) {
	for i := from; i < to; i++ {
		s.part[i] = p
	}
}

func (s *scan) nextFilled(i int) int {
	for i < len(s.lines) && blank(s.lines[i]) {
		i++
	}
	return i
}

// wroteBefore reports whether anything of the writer stands above line i.
func (s *scan) wroteBefore(i int) bool {
	for k := i - 1; k >= 0; k-- {
		if s.part[k] == written && !blank(s.lines[k]) && !ruled(s.lines[k]) {
			return true
		}
	}
	return false
}

// keepOwnQuotes gives back quoted lines that nobody introduced and that text follows: the writer put
// them there to say what they answer. And where nothing but such lines is left, they are the message.
func (s *scan) keepOwnQuotes() {
	if s.introduced {
		return
	}
	text := false
	for i := len(s.lines) - 1; i >= 0; i-- {
		switch {
		case s.part[i] == written && !blank(s.lines[i]) && !deviceLine(s.lines[i]) && !dashes(s.lines[i]):
			text = true
		case s.part[i] == quote && text:
			s.part[i] = written
		}
	}
	if !text {
		for i := range s.part {
			if s.part[i] == quote {
				s.part[i] = written
			}
		}
	}
}

// markSignature finds what stands after the dashes, and the lines that devices add at the end.
func (s *scan) markSignature() {
	for i := range s.lines {
		if s.part[i] != written || !s.signs(i) {
			continue
		}
		for k := i; k < len(s.lines) && s.part[k] == written; k++ {
			s.part[k] = signed
		}
	}
	last := true // nothing but such lines follows in this stretch
	for i := len(s.lines) - 1; i >= 0; i-- {
		switch {
		case s.part[i] != written:
			last = true
		case blank(s.lines[i]):
		case last && deviceLine(s.lines[i]), last && i > 0 && blank(s.lines[i-1]) && dashedName.MatchString(s.lines[i]):
			s.part[i] = signed
		default:
			last = false
		}
	}
}

// longestSignature is how many filled lines may follow the dashes; more is a text with a rule in it.
const longestSignature = 16

// signs reports whether line i opens a signature: "-- ", a dash alone, a line of underscores, with
// little after it up to the end or the next quote.
func (s *scan) signs(i int) bool {
	if !dashes(s.lines[i]) || i == 0 && len(s.lines) > longestSignature {
		return false
	}
	filled := 0
	for k := i + 1; k < len(s.lines) && s.part[k] == written && filled <= longestSignature; k++ {
		if !blank(s.lines[k]) {
			filled++
		}
	}
	return filled <= longestSignature && (strings.HasPrefix(s.lines[i], "-- ") || s.wroteBefore(i) || filled > 0)
}

// markRules moves lines of dashes, stars and the like at the end of the text out of sight.
func (s *scan) markRules() {
	for i := len(s.lines) - 1; i >= 0; i-- {
		if s.part[i] != written || blank(s.lines[i]) {
			continue
		}
		if !ruled(s.lines[i]) {
			return
		}
		s.part[i] = signed
	}
}

func (s *scan) gather() Folded {
	var f Folded
	parts := map[place]*strings.Builder{}
	for i, line := range s.lines {
		p := s.part[i]
		if p == intro {
			p = quote
		}
		b := parts[p]
		if b == nil {
			b = &strings.Builder{}
			parts[p] = b
		}
		b.WriteString(strings.TrimRight(line, " \t"))
		b.WriteByte('\n')
	}
	read := func(p place) string {
		if b := parts[p]; b != nil {
			return squeeze(b.String())
		}
		return ""
	}
	f.Visible, f.Quoted, f.Signature, f.Forwarded = read(written), read(quote), read(signed), read(passed)
	return f
}

var blankRun = regexp.MustCompile(`\n{4,}`)

// squeeze drops blank lines at the edges, and most of those that a fold left behind.
func squeeze(s string) string {
	return strings.Trim(blankRun.ReplaceAllString(s, "\n\n\n"), "\n")
}

func blank(line string) bool {
	return strings.TrimSpace(strings.TrimLeft(line, "\u200b\ufeff\u00a0")) == ""
}

var (
	markedLine = regexp.MustCompile(`^\s{0,3}(?:>|\|(?:\s|$)|[A-Z]{1,3}>(?:\s|$))`)
	ruleLine   = regexp.MustCompile(`^\s*(?:[-*#~=_+—–ᐧ.·]\s?){1,}\s*$`)
	dashedName = regexp.MustCompile(`^-{1,2}\p{Lu}[\p{L}.'’-]*(?: \p{Lu}[\p{L}.'’-]*){0,2}\s*$`) // "-Ana Lee", on its own at the end
	dashLine   = regexp.MustCompile(`^\s{0,2}(?:--|-- |—|––|__|_{5,}|--~--.*)\s*$`)
)

func quotedLine(line string) bool { return markedLine.MatchString(line) }
func ruled(line string) bool      { return !blank(line) && ruleLine.MatchString(line) }
func dashes(line string) bool     { return dashLine.MatchString(line) }

// deviceLine knows "Sent from my iPhone" and its kin.
func deviceLine(line string) bool {
	line = strings.TrimSpace(line)
	return line != "" && len(line) < 140 && device.MatchString(line)
}

var device = regexp.MustCompile(`(?i)^[\W_]{0,3}(?:` +
	`sent (?:from|via|using|with|by) \[?(?:my|mobile|mail\b|galaxy|(?:an? |the )?(?:phone|smartphone|tablet|galaxy|pixel)\b|mailbox|outlook|windows|yahoo|samsung|proton|iphone|ipad|android|aol|gmail|the new|airmail|spark|superhuman|blackberry|an? (?:iphone|ipad|android|mobile)|k-9|fairmail|thunderbird|tutanota|zoho|mailspring|edison)` +
	`|sent on the go|sent while mobile|from my (?:i?phone|ipad|mobile|android|blackberry|samsung)|\p{L}+ from mobile$|get \[?outlook for|download outlook|typed on` +
	`|von meinem .{2,40} gesendet|gesendet (?:von|mit|über|vom|aus)\b|diese nachricht wurde von meinem|holen sie sich outlook|outlook für (?:ios|android) (?:beziehen|herunterladen|holen)|mit .{2,30} gesendet` +
	`|envoyé (?:depuis|de|à partir|avec|d')|télécharger outlook|obtenez outlook|provenance : courrier` +
	`|enviad[oa] (?:desde|de|do|da|del|pelo|pela|por|a partir|con)\b|obt(?:ener|enha|enga|ém) (?:o )?outlook` +
	`|inviato (?:da|dal|con|tramite)|scarica outlook|ottieni outlook|verzonden (?:vanaf|van|met|via)|verstuurd (?:vanaf|van|met|via)|outlook voor .{2,12} downloaden` +
	`|sendt fra|skickat från|skickades från|lähetetty |wysłan[eoy]? (?:z|ze|przez)\b|odesláno z|odoslané z|küldve |elküldve |az .{2,30}mr?ől küldve|trimis de pe|poslano iz` +
	`|отправлено (?:с|из|от|через)|надіслано (?:з|із)|відправлено з|στάλθηκε από|\S+ (?:telefonumdan|cihazımdan) gönderildi|.{2,20}'?(?:dan|den|ımdan|umdan) gönderildi` +
	`|发自我的|從我的.{1,20}傳送|从我的.{1,20}发送|.{2,20}から送信|나의 .{2,20}에서 보냄|내 .{2,20}에서 보냄)`)
