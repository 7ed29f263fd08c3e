package email

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"math/big"
	"os"
	"path/filepath"
	"time"
)

const (
	certificateLife  = 5 * 365 * 24 * time.Hour
	certificateRenew = 90 * 24 * time.Hour // made anew when less is left
)

// SelfSigned makes a certificate for the domain, signed by itself. It hides mail on its way from
// whoever listens in; it proves nothing, and mail servers that deliver to us don't ask for proof
// (opportunistic TLS, RFC 7435).
func SelfSigned(domain string) (tls.Certificate, error) {
	certificate, key, err := selfSigned(domain, time.Now())
	if err != nil {
		return tls.Certificate{}, err
	}
	return tls.X509KeyPair(certificate, key)
}

// LoadOrMake gives the self-made certificate kept in dir (smtp.crt, smtp.key), and makes it where
// it is missing, unreadable, for another domain, or near its end.
func LoadOrMake(dir, domain string) (tls.Certificate, error) {
	crt, key := filepath.Join(dir, "smtp.crt"), filepath.Join(dir, "smtp.key")
	pair, err := tls.LoadX509KeyPair(crt, key)
	if err == nil && pair.Leaf.VerifyHostname(domain) == nil && time.Until(pair.Leaf.NotAfter) > certificateRenew {
		return pair, nil
	}
	if err != nil && errors.Is(err, fs.ErrPermission) {
		return tls.Certificate{}, fmt.Errorf("reading the mail certificate: %w", err)
	}
	crtPEM, keyPEM, err := selfSigned(domain, time.Now())
	if err != nil {
		return tls.Certificate{}, err
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return tls.Certificate{}, fmt.Errorf("keeping the mail certificate: %w", err)
	}
	// Torn between the two files, the pair doesn't load, and is made again at the next start.
	if err := writeWhole(key, keyPEM); err != nil {
		return tls.Certificate{}, fmt.Errorf("keeping the mail certificate: %w", err)
	}
	if err := writeWhole(crt, crtPEM); err != nil {
		return tls.Certificate{}, fmt.Errorf("keeping the mail certificate: %w", err)
	}
	return tls.X509KeyPair(crtPEM, keyPEM)
}

func selfSigned(domain string, now time.Time) (certificate, key []byte, err error) {
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, nil, fmt.Errorf("making a mail certificate: %w", err)
	}
	serial, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 120))
	if err != nil {
		return nil, nil, fmt.Errorf("making a mail certificate: %w", err)
	}
	template := &x509.Certificate{
		SerialNumber:          serial,
		Subject:               pkix.Name{CommonName: domain},
		DNSNames:              []string{domain},
		NotBefore:             now.Add(-time.Hour), // their clock may be behind ours
		NotAfter:              now.Add(certificateLife),
		KeyUsage:              x509.KeyUsageDigitalSignature,
		ExtKeyUsage:           []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
		BasicConstraintsValid: true,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &private.PublicKey, private)
	if err != nil {
		return nil, nil, fmt.Errorf("making a mail certificate: %w", err)
	}
	pkcs8, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		return nil, nil, fmt.Errorf("making a mail certificate: %w", err)
	}
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}),
		pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: pkcs8}), nil
}
