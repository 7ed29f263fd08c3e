package push

import (
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/ecdh"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"errors"
	"io"
	"math/big"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/kept-desk/kept/kept"
)

var b64 = base64.RawURLEncoding

// browser is one that allowed push: it alone can read what comes.
type browser struct {
	key  *ecdh.PrivateKey
	auth []byte
}

func newBrowser(t *testing.T) browser {
	t.Helper()
	key, err := ecdh.P256().GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	auth := make([]byte, 16)
	rand.Read(auth)
	return browser{key, auth}
}

// reads decrypts a body of aes128gcm (RFC 8188, RFC 8291).
func (b browser) reads(t *testing.T, body []byte) string {
	t.Helper()
	ok := func(err error) {
		if err != nil {
			t.Fatal(err)
		}
	}
	salt, size, idLen := body[:16], binary.BigEndian.Uint32(body[16:20]), int(body[20])
	sender, record := body[21:21+idLen], body[21+idLen:]
	if int(size) < len(record) {
		t.Fatalf("a record of %d in records of %d", len(record), size)
	}
	public, err := ecdh.P256().NewPublicKey(sender)
	ok(err)
	shared, err := b.key.ECDH(public)
	ok(err)
	info := append(append([]byte("WebPush: info\x00"), b.key.PublicKey().Bytes()...), sender...)
	ikm, err := hkdf.Key(sha256.New, shared, b.auth, string(info), 32)
	ok(err)
	cek, err := hkdf.Key(sha256.New, ikm, salt, "Content-Encoding: aes128gcm\x00", 16)
	ok(err)
	nonce, err := hkdf.Key(sha256.New, ikm, salt, "Content-Encoding: nonce\x00", 12)
	ok(err)
	block, err := aes.NewCipher(cek)
	ok(err)
	gcm, err := cipher.NewGCM(block)
	ok(err)
	plain, err := gcm.Open(nil, nonce, record, nil)
	ok(err)
	text := strings.TrimRight(string(plain), "\x00")
	if !strings.HasSuffix(text, "\x02") {
		t.Fatalf("no end of the last record: %q", text)
	}
	return strings.TrimSuffix(text, "\x02")
}

// signed checks the desk's signature of a call (ES256).
func signed(t *testing.T, header, public string) map[string]any {
	t.Helper()
	token, key, ok := strings.Cut(strings.TrimPrefix(header, "vapid t="), ", k=")
	if !ok || key != public {
		t.Fatalf("the header is %q", header)
	}
	parts := strings.Split(token, ".")
	signature, err := b64.DecodeString(parts[2])
	if err != nil || len(signature) != 64 {
		t.Fatalf("the signature: %v", err)
	}
	raw, err := b64.DecodeString(public)
	if err != nil {
		t.Fatal(err)
	}
	of, err := ecdsa.ParseUncompressedPublicKey(elliptic.P256(), raw)
	if err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256([]byte(parts[0] + "." + parts[1]))
	if !ecdsa.Verify(of, sum[:], new(big.Int).SetBytes(signature[:32]), new(big.Int).SetBytes(signature[32:])) {
		t.Fatal("it isn't the desk's signature")
	}
	claims := map[string]any{}
	payload, err := b64.DecodeString(parts[1])
	if err == nil {
		err = json.Unmarshal(payload, &claims)
	}
	if err != nil {
		t.Fatal(err)
	}
	return claims
}

func TestAPushIsForOneBrowserAloneAndSignedAsTheDesks(t *testing.T) {
	b := newBrowser(t)
	desk, err := ecdh.P256().GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	public := b64.EncodeToString(desk.PublicKey().Bytes())
	answer, said := http.StatusCreated, ""
	service := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		if r.Header.Get("Content-Encoding") != "aes128gcm" || r.Header.Get("TTL") == "" || r.Header.Get("Urgency") != "high" || r.Header.Get("Topic") != "page7" {
			t.Errorf("the headers are %v", r.Header)
		}
		claims := signed(t, r.Header.Get("Authorization"), public)
		if claims["sub"] != "mailto:help@northlight.test" || !strings.HasPrefix(claims["aud"].(string), "http://127.0.0.1") {
			t.Errorf("it claims %v", claims)
		}
		said = b.reads(t, body)
		w.WriteHeader(answer)
	}))
	defer service.Close()
	p := Push{
		To:     kept.Subscription{Endpoint: service.URL + "/for/one", P256dh: b64.EncodeToString(b.key.PublicKey().Bytes()), Auth: b64.EncodeToString(b.auth)},
		Public: public, Private: b64.EncodeToString(desk.Bytes()), From: "help@northlight.test", Topic: "page7", Body: []byte(`{"title":"You are paged"}`),
	}
	if err := Send(context.Background(), service.Client(), p); err != nil || said != `{"title":"You are paged"}` {
		t.Fatalf("%q %v", said, err)
	}
	for status, want := range map[int][2]bool{410: {true, true}, 404: {true, true}, 403: {false, true}, 429: {false, false}, 503: {false, false}} {
		answer = status
		var refused Refused
		if err := Send(context.Background(), service.Client(), p); !errors.As(err, &refused) || refused.Gone() != want[0] || refused.Hopeless() != want[1] {
			t.Errorf("%d: %v", status, err)
		}
	}
}
