package email

import (
	"errors"
	"fmt"
	"strings"

	"github.com/emersion/go-smtp"
)

// SendError says why a mail wasn't handed over, or not for all its recipients.
type SendError struct {
	// Temporary says that the same mail may be sent again later. Not temporary is the next hop's
	// final no to this mail. What is wrong with the relay itself (no connection, no TLS, a wrong
	// password) is temporary, whatever its code: a mail isn't to blame for it.
	Temporary bool

	Code     int    // of SMTP, 550; zero where the relay said nothing
	Enhanced string // RFC 3463, "5.1.1"; may be empty
	Said     string // the relay's words; or, with no code, what happened

	// Maybe says that the line dropped after the mail's last dot and before its answer: it may have
	// been accepted, and sending it again may make it two. Temporary is true as well.
	Maybe bool

	// Refused are the recipients that were refused while others were accepted. If it isn't empty,
	// the others have the mail (the Receipt says so), and only the temporarily refused may be sent
	// to again.
	Refused []Refusal

	err error
}

// Refusal is the next hop's no to one of several recipients.
type Refusal struct {
	Rcpt      string
	Temporary bool
	Code      int
	Enhanced  string
	Said      string
}

func (e *SendError) Error() string {
	var b strings.Builder
	switch {
	case len(e.Refused) > 0:
		fmt.Fprintf(&b, "%d of the recipients refused: ", len(e.Refused))
	case e.Maybe:
		b.WriteString("it may have been sent: ")
	case e.Temporary:
		b.WriteString("not sent yet: ")
	default:
		b.WriteString("not sent: ")
	}
	if e.Code != 0 {
		fmt.Fprintf(&b, "%d ", e.Code)
	}
	if e.Enhanced != "" {
		b.WriteString(e.Enhanced + " ")
	}
	b.WriteString(e.Said)
	return b.String()
}

// Unwrap gives the cause: of the network, of TLS, of the context.
func (e *SendError) Unwrap() error { return e.err }

// said makes what a relay or the network answered a SendError; doing says what we were about.
func said(doing string, err error) *SendError {
	var answer *smtp.SMTPError
	if errors.As(err, &answer) {
		return &SendError{
			Temporary: answer.Code < 500,
			Code:      answer.Code,
			Enhanced:  enhanced(answer.EnhancedCode),
			Said:      oneLine(answer.Message),
			err:       err,
		}
	}
	return &SendError{Temporary: true, Said: doing + ": " + oneLine(err.Error()), err: err}
}

// about says it of the relay, not of the mail: always worth another try.
func about(doing string, err error) *SendError {
	e := said(doing, err)
	if e.Code != 0 {
		e.Said = doing + ": " + e.Said
	}
	e.Temporary = true
	return e
}

// relayOnly are the final noes of RFC 4954 that speak of our login, not of the mail.
var relayOnly = map[int]bool{530: true, 534: true, 535: true, 538: true}

// impossible is a mail that no relay could take.
func impossible(code int, status, words string) *SendError {
	return &SendError{Code: code, Enhanced: status, Said: words}
}

func enhanced(code smtp.EnhancedCode) string {
	if code[0] <= 0 {
		return ""
	}
	return fmt.Sprintf("%d.%d.%d", code[0], code[1], code[2])
}

func oneLine(words string) string { return strings.Join(strings.Fields(words), " ") }
