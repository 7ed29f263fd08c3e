package email_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/emersion/go-smtp"
)

// TestEveryMailOfTheCorporaComesInAsItWasSent sends the bytes as they lie there, line ends apart,
// which SMTP has only one of.
func TestEveryMailOfTheCorporaComesInAsItWasSent(t *testing.T) {
	const corpora = "../../../shared/corpora/mail"
	if _, err := os.Stat(corpora); err != nil {
		t.Skip("the mail corpora are not beside the repository")
	}
	p := listen(t)
	client, err := smtp.Dial(p.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { client.Close() }()
	count, total := 0, 0
	err = filepath.WalkDir(corpora, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || strings.HasSuffix(path, ".json") || strings.HasSuffix(path, ".tsv") {
			return err
		}
		raw, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		want := strings.ReplaceAll(string(raw), "\r\n", "\n")
		want = strings.ReplaceAll(strings.ReplaceAll(want, "\r", "\n"), "\n", "\r\n")
		if !strings.HasSuffix(want, "\r\n") {
			want += "\r\n"
		}
		if err := client.SendMail("a@b.test", []string{"help@northlight.test"}, strings.NewReader(want)); err != nil {
			t.Errorf("%s: %v", path, err)
			return client.Reset()
		}
		mails := p.stored()
		sum := sha256.Sum256([]byte(want))
		if last := mails[len(mails)-1]; last.Sent != hex.EncodeToString(sum[:]) || !bytes.HasSuffix([]byte(last.raw), []byte(want)) {
			t.Errorf("%s: stored %d bytes that are others than the %d sent", path, len(last.raw), len(want))
		}
		count, total = count+1, total+len(want)
		if count%500 == 0 { // a new connection, before the listener asks for one
			client.Quit()
			client, err = smtp.Dial(p.Addr().String())
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
	t.Logf("%d mails, %d bytes, all as they were sent", count, total)
	if count == 0 {
		t.Error("no mail was found")
	}
}
