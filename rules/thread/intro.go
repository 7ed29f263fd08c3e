package thread

import (
	"regexp"
	"strings"
)

// opens says what sort of thing introduces a quote.
type opens byte

const (
	nothing     opens = iota
	attribution       // "On … Ana wrote:"
	heading           // From, Sent, To, Subject; "-----Original Message-----"
	forwarding        // "---------- Forwarded message ----------"
)

// opening reads an introduction at line i and how many lines it takes; 0 where there is none.
func (s *scan) opening(i int) (n int, kind opens) {
	line := s.lines[i]
	if blank(line) {
		return 0, nothing
	}
	if kind := divider(line); kind != nothing {
		n, _ := headerBlock(s.lines[i+1:])
		return 1 + n, kind
	}
	if n, rows := headerBlock(s.lines[i:]); rows >= 3 || rows == 2 && i > 0 && ruled(s.lines[i-1]) && len(strings.TrimSpace(s.lines[i-1])) > 4 {
		if !quotedLine(line) {
			return n, heading
		}
	}
	return s.attributed(i), attribution
}

// attributed is how many lines from i on say who wrote what follows, and when.
func (s *scan) attributed(i int) int {
	var joined strings.Builder
	gap, named := false, false
	for n := 1; n <= longestIntro && i+n <= len(s.lines); n++ {
		line := strings.TrimSpace(s.lines[i+n-1])
		if n == 1 {
			if quotedLine(line) && !quotedIntro(s, i) {
				return 0
			}
			line = strings.TrimSpace(strings.TrimLeft(line, "> *_"))
			named = hasAddress(line)
		}
		if line == "" {
			if gap || !hasDate(joined.String()) || !starts.MatchString(joined.String()) {
				return 0
			}
			gap = true
			continue
		}
		if joined.Len() > 0 {
			joined.WriteByte(' ')
		}
		joined.WriteString(line)
		if joined.Len() > 500 {
			return 0
		}
		text := joined.String()
		if isAttribution(text, named) && (!gap || strings.HasSuffix(strings.TrimRight(text, " *_"), ":")) {
			return n
		}
		if n == 1 && !starts.MatchString(text) && !hasAddress(text) && !hasDate(text) {
			return 0
		}
		if strings.HasSuffix(text, ":") || strings.HasSuffix(text, ".") && !hasDate(text) && !hasAddress(text) {
			return 0
		}
	}
	return 0
}

// quotedIntro: some programs put the marks before the introduction too; then all of it is quoted
// anyway, and only the first such line counts as an introduction.
func quotedIntro(s *scan, i int) bool {
	return i == 0 || s.part[i-1] == written
}

var (
	starts = regexp.MustCompile(`(?i)^(?:-+ ?)?(?:on|at|in|am|le|el|em|il|op|den|dnia|w dniu|dne|dňa|à|a|kl|at|vào|pada|tarihinde|sent|ve|la data|pe|на|в|у|пн|вт|ср|чт|пт|сб|вс|від|em|στις|понедельник|вторник|среда|четверг|пятница|суббота|воскресенье|lunes|martes|miércoles|jueves|viernes|sábado|domingo|il giorno|il|the|mon|tue|wed|thu|fri|sat|sun|lun|mar|mer|jeu|ven|sam|dim|mo|di|mi|do|fr|sa|so|el día|klo|2\d{3}年|\d{1,4}[-./ ]|在|于|"|'|“)`)
	dated  = regexp.MustCompile(`(?i)\b\d{1,4}[-/.] ?\d{1,2}[-/.] ?\d{1,4}\b|\b\d{1,2}[:.h]\d{2}\b|\b(?:19|20)\d{2}\b|\d{1,2}月\d{1,2}日|\b\d{1,2}\.? (?:jan|feb|mar|mär|apr|may|mai|jun|jul|aug|sep|oct|okt|nov|dec|dez)|(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]* \d{1,2}\b`)
	postal = regexp.MustCompile(`[^\s<>"]+@[^\s<>"]+\.[^\s<>"]+`)
	verbs  = regexp.MustCompile(`(?i)(?:^|[\s>"”,)\]])(?:wrote|writes|said|schrieb|hat .{0,80}geschrieben|geschrieben|a écrit|écrit|écrivait|escribió|escribio|escribiste|escreveu|ha scritto|scrive|scritto|schreef|geschreven|skrev|skrifaði|napisał|napisała|napisał\(a\)|pisze|napsal|napsala|napsal\(a\)|napísal|napísal\(a\)|kirjoitti|írta|ezt írta|a scris|написал|написала|написал\(а\)|писал|писала|пишет|написав|написала|пише|писав|написа|έγραψε|yazdı|şunu yazdı|şunları yazdı|menulis|đã viết|viết|scrisse|va escriure|idatzi du|rakstīja|parašė|kirjutas|je napisao|je napisala|napisao|napisala)(?:[^\p{L}]|$)|(?:写道|寫道|写到|写了|のメール|書きました|が書いた|作成|작성|wrote ?-+|님이 작성|כתב|כתבה|مكتوب|كتب)`)
	// gmailDate introduces a quote without any verb: "2016-03-03 17:21 GMT+01:00 Ana Lee <a@x.test>:".
	gmailDate = regexp.MustCompile(`^\d{4}[-/]\d{1,2}[-/]\d{1,2}(?: \d{1,2}:\d{2})?(?: (?:GMT|UTC))?(?:[+-]\d{2}:?\d{2})? \S.*$`)
)

// hasDate and hasAddress ask the expressions only where they can say yes: most lines have no digit and
// no @, and the expressions were a sixth of the cost of a mail.
func hasDate(text string) bool {
	return strings.ContainsAny(text, "0123456789") && dated.MatchString(text)
}
func hasAddress(text string) bool { return strings.Contains(text, "@") && postal.MatchString(text) }

// isAttribution judges lines joined into one text; named says that an address stands in the first.
func isAttribution(text string, named bool) bool {
	trimmed := strings.TrimRight(text, " *_-")
	colon := strings.HasSuffix(trimmed, ":") || strings.HasSuffix(trimmed, "：") || strings.HasSuffix(trimmed, ":>")
	date, hasMail := hasDate(text), hasAddress(text) || strings.Contains(text, "@")
	if !date && !hasMail {
		return false
	}
	verb := verbs.FindStringIndex(text)
	switch {
	case verb != nil && colon:
		return named && len(text) < 300 || starts.MatchString(text) || trailing(trimmed, verb)
	case verb != nil && strings.HasSuffix(text, "----"):
		return true
	case gmailDate.MatchString(text) && len(text) < 200:
		return strings.Contains(text, "GMT") || colon && hasMail || hasMail && strings.HasSuffix(trimmed, ">")
	case colon && hasMail && date && starts.MatchString(text):
		return true // a language that we don't know
	}
	return false
}

// trailing reports a verb at the very end, "… schrieb:", in a text short enough to be no sentence.
func trailing(text string, verb []int) bool {
	return len(text)-verb[1] <= 3 && len(text) < 160
}

// dividers are the words with which programs part a mail from the one before it.
var (
	originals = regexp.MustCompile(`(?i)^(?:original[- ](?:message|nachricht|e-?mail|appointment)|reply message|(?:ur)?spr(?:ü|ue)ngliche (?:nachricht|e-?mail|mail)|originalnachricht|urspr(?:ü|ue)ngliche? nachricht|message d['’ ]origine|message original|message initial|e-?mail d['’]origine|mensaje original|mensagem original|messaggio originale|(?:oorspronkelijk|origineel) bericht|(?:oprindelig|original|opprinnelig) (?:meddelelse|melding)|originalmeddelande|ursprungligt meddelande|alkuperäinen viesti|oryginalna wiadomość|wiadomość oryginalna|původní zpráva|pôvodná správa|eredeti üzenet|mesaj original|исходное сообщение|оригинальное сообщение|вихідне повідомлення|orijinal (?:mesaj|ileti)|αρχικό μήνυμα|原始邮件|原始郵件|元のメッセージ|original メッセージ|원본 메시지)`)
	forwards  = regexp.MustCompile(`(?i)^(?:forwarded (?:message|mail|by)|begin forwarded message|start of forwarded|weitergeleitete nachricht|anfang der weitergeleiteten|message (?:transféré|réexpédié)|(?:début du )?message (?:réexpédié|transféré)|début du message|mensaje reenviado|inicio del mensaje reenviado|mensagem (?:encaminhada|reencaminhada)|início da mensagem|messaggio inoltrato|inizio messaggio inoltrato|doorgestuurd bericht|begin doorgestuurd bericht|videresendt (?:meddelelse|melding)|vidarebefordrat (?:meddelande|brev)|vidarebefordrade brevet|välitetty viesti|przekazana wiadomość|wiadomość przekazana|přeposlaná zpráva|továbbított üzenet|пересылаемое сообщение|пересланное сообщение|переслане повідомлення|iletilen mesaj|转发(?:的)?邮件|轉寄郵件|転送(?:された)?メッセージ|전달된 메시지)`)
	framed    = regexp.MustCompile(`^[\s>*]*(?:-{2,}|_{2,}|={2,}|\*|—{1,}|~{2,})\s*\S`)
)

// divider knows "-----Original Message-----" and "Begin forwarded message:".
func divider(line string) opens {
	if len(line) > 200 {
		return nothing
	}
	words := strings.Trim(line, " \t>*-_=—~")
	kind := nothing
	switch {
	case forwards.MatchString(words):
		kind = forwarding
	case originals.MatchString(words):
		kind = heading
	}
	if kind == nothing || !framed.MatchString(line) && !strings.HasSuffix(words, ":") {
		return nothing
	}
	if quotedLine(line) { // marked: the marks say enough, but it does introduce them
		return nothing
	}
	return kind
}

// labels are the names of header fields as programs write them over a quoted mail: f(rom), d(ate), t(o),
// s(ubject), o(ther).
var labels = func() map[string]byte {
	all := map[string]byte{}
	for kind, words := range map[byte]string{
		'f': "from|von|de|da|van|fra|från|od|lähettäjä|lahettaja|от|від|от кого|від кого|kimden|gönderen|发件人|寄件者|寄件人|差出人|보낸 사람|보낸사람|feladó|odesílatel|odesilatel|expéditeur|remitente|remetente|mittente|afzender|avsender|afsender|nadawca|expeditor|από|מאת|من|saatja|dari|จาก",
		'd': "sent|date|gesendet|datum|envoyé|envoyé le|envoye|envoyé par|enviado|enviado el|enviada em|enviado em|data|fecha|inviato|verzonden|sendt|skickat|wysłano|wysłane|odesláno|elküldve|küldve|päivämäärä|päiväys|lähetetty|дата|отправлено|надіслано|gönderilme tarihi|gönderilen|tarih|发送时间|日期|寄件日期|传送时间|傳送時間|送信日時|日時|보낸 날짜|보낸날짜|message du|am|on|dátum|dato|отправленo|ημερομηνία|στάλθηκε|kuupäev|sent at",
		't': "to|an|à|a|para|aan|til|till|do|vastaanottaja|кому|kime|kimden|alıcı|收件人|宛先|받는 사람|받는사람|címzett|komu|destinataire|destinatario|destinatário|empfänger|catre|către|προς|אל|إلى|kepada|per|pour|adressat",
		's': "subject|betreff|objet|asunto|assunto|oggetto|onderwerp|emne|ämne|temat|aihe|тема|konu|主题|主題|主旨|件名|제목|tárgy|předmět|predmet|subiect|θέμα|נושא|موضوع|teema|perihal|sujet",
		'o': "cc|bcc|kopie|copie à|copie|copia|kopia|kopio|копия|копія|抄送|副本|参照|참조|reply-to|reply to|répondre à|risposta|rispondi a|antwort an|importance|priority|wichtigkeit|attachments|anlagen|pièces jointes|categories|message-id|organization|newsgroups|resent-from|via|kopi|másolat|cópia|bilgi",
	} {
		for w := range strings.SplitSeq(words, "|") {
			if _, taken := all[w]; !taken || kind == 'f' {
				all[w] = kind
			}
		}
	}
	return all
}()

// label reads the field name at the start of a line.
func label(line string) (kind byte, ok bool) {
	line = strings.TrimLeft(line, " \t>*_|\u00a0")
	end := strings.IndexAny(line, ":：")
	if end <= 0 || end > 40 {
		return 0, false
	}
	name := strings.ToLower(strings.Trim(line[:end], " \t*_\u00a0"))
	kind, ok = labels[name]
	return kind, ok
}

// headerBlock reads a block of header lines as programs print them over a quoted mail, beginning at the
// first filled line. n is how many lines it takes, rows how many different fields of sender, date,
// recipient and subject it names; 0 where the first line is none of them.
func headerBlock(lines []string) (n, rows int) {
	i := 0
	for i < len(lines) && i < 3 && blank(lines[i]) {
		i++
	}
	seen := map[byte]bool{}
	wraps := 0
	for end := i; end < len(lines) && end-i < 14; end++ {
		kind, ok := label(lines[end])
		switch {
		case ok && (len(seen) > 0 || kind == 'f' || kind == 'd'):
			seen[kind] = true
			n, wraps = end+1, 0
		case len(seen) == 0:
			return 0, 0
		case blank(lines[end]):
			if end+1 >= len(lines) {
				break
			}
			if _, more := label(lines[end+1]); !more {
				return done(n, seen)
			}
		default:
			if wraps++; wraps > 3 || !seen['f'] && !seen['d'] {
				return done(n, seen)
			}
			// A wrapped value, if another field follows; else the body has begun.
			if !labelAhead(lines[end+1:]) {
				return done(n, seen)
			}
		}
	}
	return done(n, seen)
}

func labelAhead(lines []string) bool {
	for _, l := range lines[:min(len(lines), 3)] {
		if blank(l) {
			return false
		}
		if _, ok := label(l); ok {
			return true
		}
	}
	return false
}

func done(n int, seen map[byte]bool) (int, int) {
	if !seen['f'] {
		return 0, 0
	}
	rows := len(seen)
	if seen['o'] {
		rows--
	}
	return n, rows
}
