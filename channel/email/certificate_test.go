package email_test

import (
	"bytes"
	"crypto/tls"
	"os"
	"path/filepath"
	"testing"

	"github.com/kept-desk/kept/channel/email"
)

func TestTheSelfMadeCertificateStaysTheSameUntilItNoLongerFits(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "data")
	load := func(domain string) tls.Certificate {
		t.Helper()
		certificate, err := email.LoadOrMake(dir, domain)
		if err != nil {
			t.Fatal(err)
		}
		if leaf := certificate.Leaf; leaf.VerifyHostname(domain) != nil {
			t.Errorf("made for %v, want %s", leaf.DNSNames, domain)
		}
		return certificate
	}
	first := load("mx.northlight.test")
	if info, err := os.Stat(filepath.Join(dir, "smtp.key")); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the key may be read by others: %v, %v", info.Mode(), err)
	}
	if again := load("mx.northlight.test"); !bytes.Equal(first.Certificate[0], again.Certificate[0]) {
		t.Error("made anew at the second start")
	}
	renamed := load("mx.elsewhere.test")
	if bytes.Equal(first.Certificate[0], renamed.Certificate[0]) {
		t.Error("kept for another domain")
	}
	// A crash between the two files leaves a pair that doesn't match.
	if err := os.WriteFile(filepath.Join(dir, "smtp.key"), []byte("torn"), 0o600); err != nil {
		t.Fatal(err)
	}
	if mended := load("mx.elsewhere.test"); bytes.Equal(renamed.Certificate[0], mended.Certificate[0]) {
		t.Error("a torn pair was kept")
	}
}
