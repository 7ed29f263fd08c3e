package desk

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"fmt"
	"strings"
	"unicode/utf8"

	"golang.org/x/crypto/argon2"

	"github.com/kept-desk/kept/kept"
)

// argon2id with OWASP's parameters: 2 passes over 19 MiB, one lane.
const (
	argonTime   = 2
	argonMemory = 19 * 1024 // KiB
	argonLanes  = 1
	argonKey    = 32
)

// hashing bounds how many passwords are hashed at once, so that sign-ins can't eat the memory.
var hashing = make(chan struct{}, 2)

var b64 = base64.RawStdEncoding

func derive(password string, salt []byte) []byte {
	return argon2.IDKey([]byte(password), salt, argonTime, argonMemory, argonLanes, argonKey)
}

// hashPassword makes the PHC string that is stored.
func hashPassword(password string) (string, error) {
	if n := utf8.RuneCountInString(password); n < 10 || len(password) > 1000 {
		return "", kept.Wrong("password", "A password has at least 10 characters. A short sentence is easy to remember and hard to guess.")
	}
	salt := make([]byte, 16)
	rand.Read(salt) //nolint:errcheck // never fails
	hashing <- struct{}{}
	defer func() { <-hashing }()
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, argonMemory, argonTime, argonLanes,
		b64.EncodeToString(salt), b64.EncodeToString(derive(password, salt))), nil
}

// passwordIs compares in constant time. An empty or foreign hash costs the same and is never right.
func passwordIs(ctx context.Context, hash, password string) bool {
	select {
	case hashing <- struct{}{}:
	case <-ctx.Done():
		return false
	}
	defer func() { <-hashing }()
	salt, key := make([]byte, 16), make([]byte, argonKey)
	ours := false
	if parts := strings.Split(hash, "$"); len(parts) == 6 && parts[3] == fmt.Sprintf("m=%d,t=%d,p=%d", argonMemory, argonTime, argonLanes) {
		s, err1 := b64.DecodeString(parts[4])
		k, err2 := b64.DecodeString(parts[5])
		if err1 == nil && err2 == nil && len(k) == argonKey {
			salt, key, ours = s, k, true
		}
	}
	if len(password) > 1000 {
		password = ""
	}
	return subtle.ConstantTimeCompare(derive(password, salt), key) == 1 && ours
}
